#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "classify/plain_text.hpp"
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// All phrases of all tables, found in one pass over the text: the first eight bytes of every phrase, or four
/// of a short one, are hashed, and only where they occur is the phrase compared.
class PhraseIndex {
 public:
  struct Hit {
    const Rule* rule;
    std::size_t at;
  };

  PhraseIndex();

  /// The first rule in table order that may decide at `status_class` and has words in the text.
  [[nodiscard]] std::optional<Hit> first(const PlainText& text, std::uint8_t status_class) const;
  /// The same among rules that blame the request.
  [[nodiscard]] std::optional<Hit> first_of_request(const PlainText& text, std::uint8_t status_class) const;
  /// Whether a field begins with words of an echo rule: the provider quotes the request, and what it quotes
  /// is not a cause.
  [[nodiscard]] bool echoes_request(const PlainText& text) const;

 private:
  /// Tells cheaply that a phrase does not match, as most do not.
  struct Candidate {
    std::uint32_t following{0};  ///< bytes 4 to 7 of the head
    std::uint32_t mask{0};       ///< which of them the head has
    std::uint16_t rule{0};
    std::uint16_t next{0};
    std::uint8_t when{0};
    bool request_only{false};  ///< the rule blames the request
  };
  struct Phrase {
    std::string head;
    bool whole{false};  ///< the head ends at the end of a word
    bool field{false};  ///< the head is all of its field
    std::vector<std::vector<std::string>> tails;
  };

  template <class Admits>
  [[nodiscard]] std::optional<Hit> search(const PlainText& text, Admits&& admits) const;
  void add(const Rule& rule, std::uint16_t order);
  void add_phrase(std::string_view words, std::uint16_t order);
  [[nodiscard]] static bool matches(const Phrase& phrase, const PlainText& text, std::size_t at);

  static constexpr std::size_t buckets = 8192;
  /// 1-based into candidates_ and phrases_.
  std::array<std::uint16_t, buckets> by_four_{}, by_eight_{};
  std::vector<Candidate> candidates_;
  std::vector<Phrase> phrases_;
  std::vector<const Rule*> rules_;
  std::array<std::vector<std::string>, 256> echoes_;  ///< by their first letter
};

/// The index over the tables, made once.
const PhraseIndex& phrase_index();

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
