"""When a nation checks in: the one national curve there is, by half hours.

Check-ins of Malaysia's MySejahtera on 2021-11-26, in 48 buckets of half an hour from midnight, as its
Ministry of Health published them (MoH-Malaysia/covid19-public, mysejahtera/checkin_malaysia_time.csv). That
day has the busiest half hour of the scheme.
"""

BUCKET_SECONDS = 1800
CURVE = (
    *(21756, 13684, 9623, 7132, 5872, 5076, 4857, 5115, 6683, 11664, 25759, 85961, 161317, 395491, 662842),
    *(1127968, 1172662, 1122065, 1049441, 1016202, 1066109, 1049913, 1059044, 1112388, 1329414, 1634635),
    *(1535413, 1165394, 1139826, 1083887, 1048260, 1002058, 966351, 921814, 983254, 1038809, 1090870),
    *(1099163, 1022131, 1019259, 994089, 829690, 633373, 404522, 264667, 185687, 126647, 68356),
)
