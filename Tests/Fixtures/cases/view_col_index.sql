-- expect: equal; id's default uses the new sequence, its value counts on from 5000
alter sequence sq rename to sq_old;
create sequence sq start 5000;
alter table item add column s bigint not null default nextval('sq');
