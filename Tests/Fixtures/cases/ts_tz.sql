-- expect: equal; ts tz
alter table item alter column t type timestamptz(3) using t at time zone 'Europe/Berlin', alter column d type timestamptz;
