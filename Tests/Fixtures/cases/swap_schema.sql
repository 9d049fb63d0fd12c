-- expect: agreed; a table of another schema takes the place, but its sequence has a name that is taken there
ALTER TABLE public.item RENAME TO item_old;
ALTER TABLE s2.item SET SCHEMA public;
CREATE INDEX ix ON public.item(note);
ALTER TABLE public.item ALTER COLUMN note SET NOT NULL;
