#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "characters.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// Words as the rules compare them: lower case, without blanks, underscores, hyphens, quotes, colour codes
/// and JSON escapes, so that `rate_limit_exceeded`, "Rate limit exceeded", RateLimitExceeded and a terminal
/// scrape that lost its blanks all read the same. Every position remembers where it came from and whether a
/// word starts there.
class PlainText {
 public:
  static constexpr std::size_t capacity = 2048;

  /// Of a field that is too long, its head and tail. What does not fit is left out.
  void append(std::string_view field);
  /// The same without what is in quotation marks: names of parameters and tools, values that the user sent.
  void append_unquoted(std::string_view field);
  void clear() {
    size_ = 0;
    fields_ = 0;
  }

  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
  [[nodiscard]] bool starts_word(std::size_t at) const { return (origin_[at] & word_bit) != 0; }
  [[nodiscard]] bool ends_word(std::size_t end) const {
    return end >= size_ || starts_word(end) || !is_lower(text_[end]);
  }
  /// The field a position came from, and the offset in it.
  [[nodiscard]] std::string_view field_at(std::size_t at) const;
  [[nodiscard]] std::size_t offset_at(std::size_t at) const { return origin_[at] & ~word_bit; }

  /// The first field that is more than one word; empty: there is none.
  [[nodiscard]] std::string_view sentence() const;

  /// Ends each field, so that no phrase matches across two.
  static constexpr char separator = '\x01';

 private:
  static constexpr std::uint32_t word_bit = 0x8000'0000u;
  void take(std::string_view field, std::size_t begin, std::size_t end, std::size_t room);
  void put(char c, std::size_t from, bool word);

  struct Field {
    std::size_t begin;
    std::string_view text;
  };
  std::array<char, capacity> text_;
  std::array<std::uint32_t, capacity> origin_;
  std::array<Field, 24> fields_kept_;
  std::size_t size_{0};
  std::size_t fields_{0};
};

/// `words` as PlainText spells them.
[[nodiscard]] std::string plain(std::string_view words);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
