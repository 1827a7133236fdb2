// Numeric codes that vendors put where others put words. The same status (429) carries balance, lock, window,
// overload and throttle, so the code decides before any text. `=` wants the whole value of a code field.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr auto zai = "https://docs.bigmodel.cn/cn/api/api-code";
constexpr auto minimax = "https://platform.minimax.io/docs/api-reference/errorcode";
constexpr auto qianfan = "https://cloud.baidu.com/doc/WENXINWORKSHOP/s/tlmyncueh";
constexpr auto spark = "https://www.xfyun.cn/doc/spark/Web.html";

/// Tencent says 1001 of a bad request and Mistral 1000 of its own fault; z.ai says neither with 400 or 5xx.
constexpr std::uint8_t refused_account = statuses::none | statuses::s401 | statuses::s402 | statuses::s429;

// clang-format off
constexpr Rule vendor_rows[] = {
    {"slow-down-code", Kind::rate_limit, Border::moves, statuses::any,
     "=slow_down; =SlowDown",
     "https://platform.openai.com/docs/guides/error-codes"},
    {"zai-account", Kind::auth_error, Border::fixed, refused_account,
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
    {"minimax-account", Kind::auth_error, Border::fixed, statuses::any,
     "=status_code:1004; =status_code:2042; =status_code:2049",
     minimax},
    {"minimax-balance", Kind::quota, Border::fixed, statuses::any,
     "=status_code:1008; =status_code:2056; =status_code:2061",
     minimax},
    {"minimax-throttle", Kind::rate_limit, Border::moves, statuses::any,
     "=status_code:1002; =status_code:1039; =status_code:1041; =status_code:2045",
     minimax},
    {"minimax-content", Kind::content_policy, Border::fixed, statuses::any,
     "=status_code:1026; =status_code:1027",
     minimax},
    {"minimax-parameter", Kind::invalid_request, Border::fixed, statuses::any,
     "=status_code:1042; =status_code:1043; =status_code:2013; =status_code:20132",
     minimax},
    {"minimax-timeout", Kind::timeout, Border::fixed, statuses::any,
     "=status_code:1001",
     minimax},
    {"minimax-server", Kind::server_error, Border::fixed, statuses::any,
     "=status_code:1000; =status_code:1013; =status_code:1024; =status_code:1033",
     minimax},
    {"qianfan-account", Kind::auth_error, Border::fixed, statuses::any,
     "=error_code:6; =error_code:13; =error_code:14; =error_code:15; =error_code:110; =error_code:111; =error_code:336004",
     qianfan},
    {"qianfan-allowance", Kind::quota, Border::fixed, statuses::any,
     "=error_code:17; =error_code:19; =error_code:336505",
     qianfan},
    {"qianfan-throttle", Kind::rate_limit, Border::moves, statuses::any,
     "=error_code:4; =error_code:18; =error_code:336501; =error_code:336502; =error_code:336503; =error_code:336504",
     qianfan},
    {"qianfan-prompt", Kind::context_length, Border::fixed, statuses::any,
     "=error_code:336103; =error_code:336007",
     qianfan},
    {"qianfan-content", Kind::content_policy, Border::fixed, statuses::any,
     "=error_code:336104",
     qianfan},
    {"qianfan-parameter", Kind::invalid_request, Border::fixed, statuses::any,
     "=error_code:3; =error_code:336001; =error_code:336002; =error_code:336003; =error_code:336005; =error_code:336006",
     qianfan},
    {"qianfan-server", Kind::server_error, Border::fixed, statuses::any,
     "=error_code:1; =error_code:2; =error_code:336000; =error_code:336100; =error_code:336101; =error_code:336200",
     qianfan},
    {"spark-account", Kind::auth_error, Border::fixed, statuses::any,
     "=code:10005; =code:10015; =code:10016; =code:10017; =code:10313",
     spark},
    {"spark-allowance", Kind::quota, Border::fixed, statuses::any,
     "=code:11200; =code:11201",
     spark},
    {"spark-throttle", Kind::rate_limit, Border::moves, statuses::any,
     "=code:10007; =code:11202; =code:11203",
     spark},
    {"spark-prompt", Kind::context_length, Border::fixed, statuses::any,
     "=code:10907",
     spark},
    {"spark-content", Kind::content_policy, Border::fixed, statuses::any,
     "=code:10013; =code:10014; =code:10019",
     spark},
    {"spark-server", Kind::server_error, Border::fixed, statuses::any,
     "=code:10008; =code:10009; =code:10010; =code:10012; =code:10110; =code:10222; =code:10223",
     spark},
};
// clang-format on

}  // namespace

std::span<const Rule> vendor_code_rules() {
  return vendor_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
