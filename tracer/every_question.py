"""Whatever may be asked in a body: by its name, with its own parameters."""

from typing import Annotated

from pydantic import Field

from tracer.coverage import Coverage
from tracer.questions import AnyQuestion
from tracer.questions_of_change import Difference

EveryQuestion = Annotated[AnyQuestion | Difference | Coverage, Field(discriminator="question")]
"""`question` says which it is. A question that is not here is asked by nobody over the network."""
