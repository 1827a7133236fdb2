// No secret in what people or logs see, however it is written.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "environment/redact.hpp"

using understudy::daemon::environment::Redactor;

namespace {

const std::string mask = "•••";
const std::string key = "s3cret/with+odd=chars";

}  // namespace

TEST_CASE("a known secret is masked wherever it stands", "[redact]") {
  const Redactor redact({key});
  CHECK(redact("") == "");
  CHECK(redact(key) == mask);
  CHECK(redact("a " + key + " b" + key + ".") == "a " + mask + " b" + mask + ".");
  CHECK(redact("nothing here") == "nothing here");
}

TEST_CASE("a secret inside or across another leaves nothing of either", "[redact]") {
  CHECK(Redactor({"abcdefgh", "abcdefghijkl"})("x abcdefghijkl y abcdefgh z") ==
        "x " + mask + " y " + mask + " z");
  CHECK(Redactor({"abcdef123", "123xyz789"})("<abcdef123xyz789>") == "<" + mask + ">");
  CHECK(Redactor({"123xyz789", "abcdef123"})("<abcdef123xyz789>") == "<" + mask + ">");
  CHECK(Redactor({"abaabab"})("<abaabaabab>") == "<aba" + mask + ">");
  CHECK(Redactor({"aaaaaaa"})("<" + std::string(9, 'a') + ">") == "<" + mask + ">");
}

TEST_CASE("a mask never makes a new secret of what stands around it", "[redact]") {
  const auto out = Redactor({"INNER-KEY", "outerkey"})("outINNER-KEYerkey");
  CHECK(out == "out" + mask + "erkey");
}

TEST_CASE("a secret is masked as JSON writers escape it", "[redact]") {
  const std::string odd = "k\"1\\2/3\t4ä5\x01€𝄞";
  const Redactor redact({odd});
  CHECK(redact(boost::json::serialize(boost::json::string(odd))) == "\"" + mask + "\"");
  // Python's json.dumps; a writer that escapes slashes; this daemon's own.
  CHECK(redact(R"("k\"1\\2/3\t4\u00e45\u0001\u20ac\ud834\udd1e")") == "\"" + mask + "\"");
  CHECK(redact(R"("k\"1\\2\/3\t4ä5\u0001€𝄞")") == "\"" + mask + "\"");
  CHECK(redact(R"("k\"1\\2/3\u00094ä5\u0001€𝄞")") == "\"" + mask + "\"");
}

TEST_CASE("a secret cut off by the end or the beginning of a text is masked", "[redact]") {
  const Redactor redact({key});
  for (std::size_t shown = 8; shown < key.size(); ++shown) {
    CAPTURE(shown);
    CHECK(redact("tail: " + key.substr(0, shown)) == "tail: " + mask);
    CHECK(redact(key.substr(key.size() - shown) + " head") == mask + " head");
  }
  CHECK(Redactor({"abcdefgh"})("x abcd") == "x " + mask);
  CHECK(Redactor({"abcdefgh"})("x abc") == "x abc");
}

TEST_CASE("texts shorter than six bytes are no secrets: they would blot out ordinary words", "[redact]") {
  const Redactor redact({"", "1", "true", "error"});
  CHECK(redact("1 error, true enough") == "1 error, true enough");
  CHECK(Redactor({"sixsix"})("a sixsix b") == "a " + mask + " b");
}

TEST_CASE("what looks like a vendor's key is masked unknown, and its kind stays readable", "[redact]") {
  const Redactor redact;
  CHECK(redact("x-api-key: sk-ant-api03-abcdefghijklmnop_QRS, next") ==
        "x-api-key: sk-ant-" + mask + ", next");
  CHECK(redact("key=AIzaSyA1234567890abcdefgh;") == "key=AIza" + mask + ";");
  CHECK(redact("Authorization: Bearer eyJhbGciOi.eyJzdWIi+/o=.c2ln==\n") ==
        "Authorization: Bearer " + mask + "\n");
  CHECK(redact("authorization: bearer 0123456789abcdef") == "authorization: bearer " + mask);
  CHECK(redact("\"sk-or-v1-0123456789abcdef0123\"") == "\"sk-or-" + mask + "\"");
}

TEST_CASE("ordinary words that begin like a key stay", "[redact]") {
  const Redactor redact;
  for (const auto* text : {"sk-review", "the Bearer of news", "task-1234567890123456789", "AIza",
                           "risk-averse-and-careful-people"})
    CHECK(redact(text) == text);
}

TEST_CASE("bytes that are no UTF-8 pass", "[redact]") {
  CHECK(Redactor({key})("\xff" + key + "\xfe") == "\xff" + mask + "\xfe");
}
