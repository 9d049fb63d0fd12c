import Testing

@testable import Postgres

@Suite("Passwords masked")
struct MaskingTests {
  private static let kept: [(String, String)] = [
    ("postgresql://bob:SECRET@h/db", "postgresql://bob:****@h/db"),
    ("postgresql://bob:a/SECRET@h", "postgresql://bob:****@h"),
    ("postgresql://bob:a?SECRET@x@h", "postgresql://bob:****@h"),
    ("postgresql://b/ob:SECRET@h", "postgresql://b/ob:****@h"),
    ("postgresql://b@ob:SECRET@h", "postgresql://b@ob:****@h"),
    ("postgresql://:SECRET@h", "postgresql://:****@h"),
    ("postgresql://bob:SECRET", "postgresql://bob:****"),
    ("'postgresql://bob:SECRET'.", "'postgresql://bob:****'."),
    ("postgresql://bob:1SECRET", "postgresql://bob:****"),
    ("mysql://bob:SECRET@h", "mysql://bob:****@h"),
    ("postgres://bob:SECRET@h?password=SECRET", "postgres://bob:****@h?password=****"),
    ("postgresql://h/d?pass%77ord=SECRET&port=1", "postgresql://h/d?pass%77ord=****&port=1"),
    ("postgresql://h/d?user=a&password=SE'CRET", "postgresql://h/d?user=a&password=****"),
    ("host=h password=ab;SECRET user=a", "host=h password=**** user=a"),
    ("password=ab&SECRET", "password=****"), ("password=ab'SECRET", "password=****"),
    (#"password=a\ SECRET user=b"#, "password=**** user=b"),
    (#"password='a\'SECRET x' user=b"#, "password=**** user=b"),
    ("password = SECRET user=b", "password = **** user=b"),
    ("sslpassword=SECRET passwd=SECRET", "sslpassword=**** passwd=****"),
    (#"PGPASSWORD=a"SECRET" psql"#, "PGPASSWORD=**** psql"),
    (#"PGPASSWORD=a"SE CRET" psql"#, "PGPASSWORD=**** psql"),
    (#"psql "host=h password=SECRET""#, #"psql "host=h password=****""#),
    ("CONNECTION 'host=h password=SECRET';", "CONNECTION 'host=h password=****';"),
    ("CONNECTION 'password=''SE CRET'' x' P", "CONNECTION 'password=**** x' P"),
    (#"-c "password=\"SE CRET\" x""#, #"-c "password=**** x""#),
    (#"x 'password='\''SE CRET'\'' y'"#, "x 'password=**** y'"),
    ("ALTER ROLE a PASSWORD 'SE''CRET' x", "ALTER ROLE a PASSWORD '****' x"),
    (#"PASSWORD E'a\'SECRET' x"#, "PASSWORD E'****' x"),
    ("PASSWORD U&'SECRET' x", "PASSWORD U&'****' x"),
    ("PASSWORD /*x*/ 'SECRET' x", "PASSWORD /*x*/ '****' x"),
    ("PASSWORD'SECRET' x", "PASSWORD'****' x"), ("PASSWORD $$SECRET$$ x", "PASSWORD $$****$$ x"),
    ("PASSWORD $a$SE$$CRET$a$ x", "PASSWORD $a$****$a$ x"),
    ("PASSWORD 'SECRET", "PASSWORD '****"),
    ("PASSWORD 'SEC'\n  'RET' x", "PASSWORD '****' x"),
    (#"sql 'ALTER ROLE a PASSWORD '\''SECRET'\'''"#, #"sql 'ALTER ROLE a PASSWORD '\''****'\'''"#),
    ("OPTIONS (user 'a', password 'SECRET')", "OPTIONS (user 'a', password '****')"),
    (#"\password SECRET"#, #"\password ****"#),
  ]

  @Test(arguments: kept)
  func `A password is masked in every notation`(text: String, masked: String) {
    #expect(Masking.kept(text) == masked)
    #expect(Masking.kept(masked) == masked)
    #expect(!Masking.shown(text).contains("SECRET") || text.contains(" = SECRET"))
  }

  @Test(arguments: [
    "run 4711 --justify 'the password changed'", "the 'password' is wrong", "no password given.",
    "password authentication failed for user \"bob\"", "see https://example.org:8080/a?b=c.",
    "postgresql://bob@h:5432/db", "postgresql://[::1]:5432/db", "postgresql://h1:1,h2:2/db",
    "postgresql://bob@h:5432/db?application_name=a@b", "SET password_encryption = 'md5'",
    "UPDATE t SET password = crypt(password, gen_salt('bf'))", "WHERE a.password = b.password",
    "ALTER TABLE t ADD COLUMN password text", "a\r\nb\n\nc: d",
  ])
  func `Ordinary text is shown as it is`(text: String) {
    #expect(Masking.shown(text) == text)
    #expect(Masking.shown(text, keepingColumns: true) == text)
  }

  @Test
  func `What points at a place of a line still does`() {
    let text = "postgres://bob:gehé@h x\r\n   ^\npassword='p' y\nPASSWORD 'open\n  ^"
    #expect(
      Masking.shown(text, keepingColumns: true)
        == "postgres://bob:****@h x\r\n   ^\npassword=*** y\nPASSWORD '****\n  ^")
  }

  @Test(arguments: [
    "a", ":", "://", "a://b:1,", "postgres://", "=", " =", "password", "password ", "password=",
    "password /*", "password='", "'", "\"", "password=a'", "@", "%70", "$", "$a", "\\password ",
  ])
  func `A line of a megabyte is masked, whatever it repeats`(unit: String) {
    let line = String(repeating: unit, count: (1 << 20) / unit.utf8.count)
    #expect(Masking.kept(line + " postgres://bob:SECRET@h").contains("SECRET") == false)
  }

  @Test
  func `A secret of few letters leaves no holes in a message`() {
    #expect(
      Redaction.scrub("connection to server failed", of: ["o", "", "conn"])
        == "****ection to server failed")
  }
}
