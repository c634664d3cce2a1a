-- How far the topics of declarations were read.
SELECT log, partition, next
FROM ${database}.declarations_read FINAL
