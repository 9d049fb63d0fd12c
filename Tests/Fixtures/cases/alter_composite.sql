-- expect: equal; ALTER TYPE ADD ATTRIBUTE of a composite in use
ALTER TYPE pair ADD ATTRIBUTE c int;
