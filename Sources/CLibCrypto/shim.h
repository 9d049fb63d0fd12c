// OpenSSL's digests; libpq loads the same library.
#include <openssl/evp.h>
