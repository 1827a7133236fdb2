// Numeric codes that vendors put where others put words. The same status (429) carries balance, lock, window,
// overload and throttle, so the code decides before any text. `=` wants the whole value of a code field.
#include "classify/rule.hpp"

namespace understudy::failover {
namespace {

constexpr auto zai = "https://docs.bigmodel.cn/cn/api/api-code";

// clang-format off
constexpr Rule rules[] = {
    {"slow-down-code", Kind::rate_limit, Border::moves, statuses::any,
     "=slow_down; =SlowDown",
     "https://platform.openai.com/docs/guides/error-codes"},
    {"zai-account", Kind::auth_error, Border::fixed, statuses::any,
     "=1000; =1001; =1002; =1003; =1004; =1110; =1111; =1112; =1120; =1121; =1220; error 1121; [1121]",
     zai},
    {"zai-arrears", Kind::quota, Border::fixed, statuses::any,
     "=1113; error 1113; [1113]; code:1113",
     zai},
    {"zai-daily-calls", Kind::quota, Border::fixed, statuses::any,
     "=1304; error 1304; [1304]",
     zai},
    {"zai-window", Kind::quota, Border::fixed, statuses::any,
     "=1308; =1310; error 1308; error 1310; [1308]; [1310]; code:1308; code:1310",
     zai},
    {"zai-plan", Kind::quota, Border::fixed, statuses::any,
     "=1309; =1311; error 1309; [1309]; [1311]",
     zai},
    {"zai-parameter", Kind::invalid_request, Border::fixed, statuses::any,
     "=1210; =1213; =1214; =1215",
     zai},
    {"zai-model", Kind::model_not_found, Border::fixed, statuses::any,
     "=1211; =1212; error 1211; [1211]",
     zai},
    {"zai-prompt", Kind::context_length, Border::fixed, statuses::any,
     "=1261; error 1261; [1261]",
     zai},
    {"zai-content", Kind::content_policy, Border::fixed, statuses::any,
     "=1301; error 1301; [1301]",
     zai},
    {"zai-overload", Kind::server_error, Border::fixed, statuses::any,
     "=1305; =1312; =1234; =1230; error 1305; error 1312; [1305]; [1312]; error 1234; [1234]",
     zai},
    {"zai-throttle", Kind::rate_limit, Border::moves, statuses::any,
     "=1302; =1303; =1313; error 1302; error 1303; [1302]; [1303]; [1313]",
     zai},
};
// clang-format on

}  // namespace

std::span<const Rule> vendor_code_rules() {
  return rules;
}

}  // namespace understudy::failover
