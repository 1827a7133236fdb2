// Secrets are masked in texts for people and logs, however they are encoded.
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "environment/redact.hpp"

using understudy::daemon::environment::Redactor;

namespace {

const std::string mask = "•••";
const std::string key = "s3cret/with+odd=chars";

}  // namespace

TEST_CASE("a known secret is masked at any position", "[redact]") {
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

TEST_CASE("texts shorter than six bytes are ignored: they would mask ordinary words", "[redact]") {
  const Redactor redact({"", "1", "true", "error"});
  CHECK(redact("1 error, true enough") == "1 error, true enough");
  CHECK(Redactor({"sixsix"})("a sixsix b") == "a " + mask + " b");
}

TEST_CASE("an unknown key of a vendor is masked, and its kind stays readable", "[redact]") {
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

TEST_CASE("bytes that are not UTF-8 pass", "[redact]") {
  CHECK(Redactor({key})("\xff" + key + "\xfe") == "\xff" + mask + "\xfe");
}

TEST_CASE("a secret is masked in every form that programs write it in", "[redact]") {
  const std::string secret = "k3y/of+the&oper@tor=123456789";
  const Redactor redact({secret});
  const auto is_masked = [&](const std::string& form, const std::string& left = {}) {
    INFO(form);
    CHECK(redact("<" + form + ">") == "<" + left + mask + ">");
  };
  is_masked("6b33792f6f662b746865266f70657240746f723d313233343536373839");
  is_masked("6B33792F6F662B746865266F70657240746F723D313233343536373839");
  is_masked("k3y%2Fof%2Bthe%26oper%40tor%3D123456789");
  is_masked("k3y%2fof%2bthe%26oper%40tor%3d123456789");
  is_masked("k3y/of%2Bthe&oper%40tor=123456789");                  // only in part
  is_masked("k3y%252Fof%252Bthe%2526oper%2540tor%253D123456789");  // twice
  is_masked("k3y/of+the&amp;oper@tor=123456789");
  is_masked("k3y/of+the&#38;oper@tor&#x3D;123456789");
  is_masked(R"(k3y\/of+the\u0026oper@tor\u003d123456789)");
  is_masked(R"(k3y\\u002Fof+the\\u0026oper@tor=123456789)");  // JSON in JSON
  is_masked(R"(\x6b3y/of+the\x26oper@tor=123456789)");
  is_masked("k3y%25252Fof%25252Bthe%252526oper%252540tor%25253D123456789");  // three times
  is_masked(R"(k3y\\\\u002Fof+the\\\\u0026oper@tor=123456789)");
  is_masked(R"(k3y\u{2f}of+the\U00000026oper\100tor=123456789)");  // other languages' escapes
  is_masked("k3y/of+the&op\ner@tor=123456789");                    // wrapped
  is_masked("k3y/of+the&op\r\n    er@tor=123456789");
  is_masked("k3y/of+the&op\\\n  er@tor=123456789");
  is_masked("k3y/of+the&op er@tor=123456789");  // and its lines joined
  is_masked("k3y/\x1b[01;31mof+the\x1b[0m&oper@tor=123456789");
  is_masked("6b33792f6f662b7468 65266f70657240746f\n723d313233343536373839");
  is_masked("6b:33:79:2f:6f:66:2b:74:68:65:26:6f:70:65:72:40:74:6f:72:3d:31:32:33:34:35:36:37:38:39");
}

TEST_CASE("a text that ends within an escape shows nothing of the secret before it", "[redact]") {
  const Redactor redact({"k3y/of+the&oper@tor=123456789"});
  const std::string_view begun = GENERATE("%6b%33%79%2F%6f%66%2B%74%68%65%26%6f%70%65%72",
                                          R"(\u006b\u0033\u0079\u002f\u006f\u0066\u002b\u0074\u0068\u0065)",
                                          "&#107;&#51;&#121;&#47;&#111;&#102;&#43;&#116;&#104;&#101;");
  for (std::size_t cut = 0; cut < 6; ++cut) {
    const auto out = redact("curl " + std::string(begun.substr(0, begun.size() - cut)));
    INFO(out);
    CHECK(out.starts_with("curl " + mask));
    CHECK(out.size() < 5 + mask.size() + 6);
  }
}

TEST_CASE("a part that was cut within a secret is masked though the text goes on", "[redact]") {
  const Redactor redact({key});
  CHECK(redact(R"({"text":"the key )" + key.substr(0, 15) + R"(…","more":1})") ==
        R"({"text":"the key )" + mask + R"(…","more":1})");
  CHECK(redact("a line\n…" + key.substr(4) + " and on") == "a line\n…" + mask + " and on");
  CHECK(redact(R"({"text":"s3cret%2Fwith%2Bodd%…"})") == R"({"text":")" + mask + R"(%…"})");
  CHECK(redact("s3c… and so on") == "s3c… and so on");
}

TEST_CASE("separate words do not make a secret", "[redact]") {
  const Redactor redact({"the-key-of-something"});
  for (const auto* text : {"at 12:34:56 the key of", "C:\\1\\78 100% &amp", "a\\", "50%", "x &#", "\\u00"})
    CHECK(redact(text) == text);
}

TEST_CASE("base64 hides no secret, wherever it begins and in either alphabet", "[redact]") {
  const std::string secret = "~~key?>of??the>>operator~~123456789";
  const Redactor redact({secret});
  const auto core = [&](const std::string& encoded) {
    const auto out = redact(encoded);
    INFO(encoded << " -> " << out);
    // At most a digit on either side belongs to a neighbour too.
    CHECK(out.find(mask) != std::string::npos);
    CHECK(out.size() < mask.size() + 8);
  };
  core("fn5rZXk_Pm9mPz90aGU-Pm9wZXJhdG9yfn4xMjM0NTY3ODk=");
  core("fn5rZXk/Pm9mPz90aGU+Pm9wZXJhdG9yfn4xMjM0NTY3ODk=");
  core("Yn5+a2V5Pz5vZj8/dGhlPj5vcGVyYXRvcn5+MTIzNDU2Nzg5");  // one byte before
  core("Yn5-a2V5Pz5vZj8_dGhlPj5vcGVyYXRvcn5-MTIzNDU2Nzg5");
  core("YmJ+fmtleT8+b2Y/P3RoZT4+b3BlcmF0b3J+fjEyMzQ1Njc4OQ==");  // two
  core("fn5rZXk/Pm9mPz90aGU+Pm9w\nZXJhdG9yfn4xMjM0NTY3ODk=");    // as base64(1) wraps it
}

TEST_CASE("once a secret, always one", "[redact]") {
  Redactor redact({"the-former-key"});
  redact.add("the-latter-key");
  redact.add("the-latter-key");
  CHECK(redact("the-former-key the-latter-key") == mask + " " + mask);
}

TEST_CASE("a short secret is masked only where it is a word of its own", "[redact]") {
  const Redactor redact({"banana"});
  CHECK(redact("a banana, a bananasplit") == "a " + mask + ", a bananasplit");
}

TEST_CASE("named tokens and sessions are recognized by their prefix", "[redact]") {
  CHECK(Redactor{}("Cookie: understudy_8787=uss_0123456789abcdef0123") ==
        "Cookie: understudy_8787=uss_" + mask);
  CHECK(Redactor{}("use ust_0123456789ab_0123456789abcdef now") == "use ust_" + mask + " now");
}

TEST_CASE("many secrets cost one search", "[redact][.measure]") {
  std::vector<std::string> secrets;
  for (int i = 0; i < 500; ++i) secrets.push_back("secret-number-" + std::to_string(i * 7919) + "-of-many");
  const Redactor redact(secrets);
  std::string text;
  while (text.size() < (1 << 20))
    text += "an ordinary line of a log, with a \\\"quote\\\" and 100% of nothing else\n";
  const auto begun = std::chrono::steady_clock::now();
  CHECK(redact(text) == text);
  WARN("1 MiB, 500 secrets: " << std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::steady_clock::now() - begun)
                                     .count()
                              << " ms");
}
