#pragma once
#include "json/view.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Calls `on_block(json::View)` for each content block of the line's message.
template <class OnBlock>
void for_each_block(json::View line, OnBlock&& on_block) {
  for (const auto block : line["message"]["content"].elements())
    if (block.kind() == json::Kind::object) on_block(block);
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
