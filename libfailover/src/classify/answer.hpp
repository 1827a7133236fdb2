#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "understudy/failover/kind.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// What the body of a 2xx carries, in whatever dialect: one document, lines of documents, or an event stream.
/// The views point into the body.
struct Answer {
  std::string_view error{};    ///< the document that says that it is an error
  std::string_view finish{};   ///< why the model stopped, as the provider spells it
  bool known{false};           ///< it has the shape of an answer; other documents are not judged
  bool said{false};            ///< text, reasoning, a tool call, media
  bool counted{false};         ///< tokens were written
  bool ended{false};           ///< the dialect's end mark was seen
  bool unfinished{false};      ///< "done": false was the last word
  bool filtered{false};        ///< a filter stopped the prompt
  bool pending{false};         ///< an answer that is to be asked for later
  bool whole{true};            ///< the last document is not cut off
  std::uint32_t documents{0};  ///< pings and comments are none
};

/// A JSON body: one document, or several in lines or in an array.
[[nodiscard]] Answer read_documents(std::string_view body);

/// A body of server-sent events. An error counts only as an event of its own, never as text inside one.
[[nodiscard]] Answer read_events(std::string_view body);

/// What a finish or stop reason says about the answer, when it does not say that all is well.
[[nodiscard]] std::optional<Kind> failed_finish(const Answer& answer);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
