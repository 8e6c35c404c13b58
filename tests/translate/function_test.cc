// Upstreams whose backendRefs name a function (aws, azure), and the other types of clouds.
#include "translate/upstream/function.h"

#include <gtest/gtest.h>

#include <string>

#include "translate/world.h"

namespace kgw::translate {
namespace {

constexpr char kParameter[] =
    "filters: [{type: ExtensionRef, extensionRef: {group: gloo.solo.io, kind: Parameter, name: ";

// A route with one backendRef to the Upstream "u"; `function` empty: it names none.
std::string CallOf(std::string_view function) {
  const std::string filters =
      function.empty() ? std::string() : Cat(", ", kParameter, function, "}}]");
  return Cat(GatewayText(kHttp),
             RouteText("r", Cat(kOnEdge, "rules: [{backendRefs: [{group: gloo.solo.io, kind: ",
                                "Upstream, name: u", filters, "}]}]")));
}

std::string SecretText(std::string_view rest, std::string_view namespace_ = "default") {
  return Document("v1", "Secret", "cloud", rest, namespace_);
}

constexpr char kAwsKeys[] = "stringData: {aws_access_key_id: id, aws_secret_access_key: key}";

std::string Aws(std::string_view functions, std::string_view more = "") {
  return SecretText(kAwsKeys) +
         UpstreamText("u", Cat("aws: {region: eu-north-1, secretRef: {name: cloud, namespace: "
                               "default}, lambdaFunctions: [",
                               functions, "]", more, "}"));
}

// "POST host target header=value", of the only backend of the first rule; else why there is none.
std::string CallIn(const World& world) {
  const model::BackendTarget& target = world.Action().backends.at(0).target;
  if (!target.reason.empty()) {
    const auto status = world.StatusOf<HTTPRouteStatus, HTTPRoute>("r");
    for (const auto& condition : status->parents(0).conditions()) {
      if (condition.type() == "ResolvedRefs") {
        return Cat(condition.status(), " ", condition.reason(), ": ", condition.message());
      }
    }
  }
  if (target.invocation == nullptr) return "as it came";
  std::string out = Cat(target.invocation->method, " ", target.invocation->authority, " ",
                        target.invocation->target);
  for (const auto& [name, value] : target.invocation->headers) out += Cat(" ", name, "=", value);
  return out;
}

std::string Call(std::string_view function, const std::string& upstream) {
  return CallIn(World(CallOf(function) + upstream));
}

TEST(Lambda, IsReachedOverTlsByTheNameOfItsRegion) {
  const std::string functions = "{logicalName: f, lambdaFunctionName: g}";
  World world(Aws(functions));
  EXPECT_EQ(world.Endpoints("u_default"),
            "lambda.eu-north-1.amazonaws.com:443 tls=lambda.eu-north-1.amazonaws.com");
  EXPECT_EQ(Codes(world.load_findings), Texts{});
  EXPECT_EQ(Codes(world.translation.findings), Texts{});
  World named(SecretText(kAwsKeys) + UpstreamText("u",
                                                  "aws: {region: eu-north-1, secretRef: {name: "
                                                  "cloud}}, sslConfig: {sni: other.test}"));
  EXPECT_EQ(named.Endpoints("u_default"), "lambda.eu-north-1.amazonaws.com:443 tls=other.test");
}

TEST(Lambda, IsInvokedByNameAndQualifier) {
  const std::string sync = " x-amz-invocation-type=RequestResponse x-amz-log-type=None";
  const std::string host = "POST lambda.eu-north-1.amazonaws.com /2015-03-31/functions/";
  EXPECT_EQ(Call("f", Aws("{logicalName: e, lambdaFunctionName: other}, "
                          "{logicalName: f, lambdaFunctionName: resize, qualifier: \"3\"}")),
            host + "resize/invocations?Qualifier=3" + sync);
  EXPECT_EQ(Call("f", Aws("{logicalName: f, lambdaFunctionName: resize}")),
            host + "resize/invocations" + sync);
  EXPECT_EQ(Call("f", Aws("{logicalName: f, lambdaFunctionName: \"a/b c\", qualifier: $LATEST}")),
            host + "a%2Fb%20c/invocations?Qualifier=%24LATEST" + sync);
}

TEST(Lambda, OfAnotherAccountIsCalledByItsArn) {
  EXPECT_EQ(
      Call("f", Aws("{logicalName: f, lambdaFunctionName: g}", ", awsAccountId: \"123456789012\"")),
      "POST lambda.eu-north-1.amazonaws.com /2015-03-31/functions/"
      "arn%3Aaws%3Alambda%3Aeu-north-1%3A123456789012%3Afunction%3Ag/invocations "
      "x-amz-invocation-type=RequestResponse x-amz-log-type=None");
}

TEST(Lambda, IsNotWaitedForIfTheUpstreamSaysSo) {
  for (const char* style : {"ASYNC", "1"}) {
    World world(CallOf("f") + Aws("{logicalName: f, lambdaFunctionName: g}",
                                  Cat(", destinationOverrides: {invocationStyle: ", style, "}")));
    EXPECT_NE(CallIn(world).find("x-amz-invocation-type=Event"), std::string::npos) << style;
  }
  World world(Aws("", ", destinationOverrides: {invocationStyle: ASYNK}"));
  EXPECT_EQ(Codes(world.load_findings),
            (Texts{"spec.aws.destinationOverrides.invocationStyle: UnknownValue"}));
  EXPECT_EQ(world.load_findings[0].suggestion, "ASYNC");
}

TEST(Lambda, MustBeNamedAndKnown) {
  const std::string upstream = Aws("{logicalName: f, lambdaFunctionName: g}");
  EXPECT_EQ(Call("", upstream),
            "False BackendNotFound: upstreams must have a logical name specified in the backend "
            "ref via the parameters extensionref");
  EXPECT_EQ(Call("ghost", upstream), "False BackendNotFound: unknown lambda function ghost");
  EXPECT_EQ(Call("f", Aws("")),
            "False BackendNotFound: lambda points to upstream with no functions default/u");
  World world(CallOf("ghost") + upstream);
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.rules[0].backendRefs[0].filters[0].extensionRef.name: BackendNotFound"}));
  EXPECT_EQ(world.Action().backends.at(0).target.function, "ghost");
  EXPECT_EQ(world.Action().backends.at(0).target.upstream, model::kNoUpstream);
}

TEST(Lambda, NeedsCredentials) {
  const auto message = [](const std::string& secret, std::string_view aws) {
    World world(CallOf("f") + secret +
                UpstreamText("u", Cat("aws: {region: eu, ", aws,
                                      "lambdaFunctions: [{logicalName: f, lambdaFunctionName: g}"
                                      "]}")));
    EXPECT_EQ(world.Action().backends.at(0).target.reason.empty(),
              world.translation.findings.empty());
    return world.translation.findings.empty() ? std::string()
                                              : world.translation.findings.at(0).message;
  };
  constexpr char kRef[] = "secretRef: {name: cloud, namespace: default}, ";
  EXPECT_EQ(message("", ""),
            "no aws secret provided. consider setting enableCredentialsDiscovey to true or "
            "enabling service account credentials if running in EKS");
  EXPECT_EQ(message("", "roleArn: 'arn:aws:iam::1:role/x', "), "") << "a role needs no secret";
  EXPECT_EQ(message("", kRef), "aws secret default/cloud not found");
  EXPECT_EQ(message(SecretText("stringData: {aws_access_key_id: id}"), kRef),
            "secret (cloud.default) is not an AWS secret");
  EXPECT_EQ(
      message(SecretText("stringData: {aws_access_key_id: '', aws_secret_access_key: k}"), kRef),
      "access_key is not a valid string");
  EXPECT_EQ(
      message(SecretText("data: {aws_access_key_id: aWQ=, aws_secret_access_key: awo=}"), kRef),
      "secret_key is not a valid string")
      << "it ends with a line feed";
  EXPECT_EQ(message(SecretText("stringData: {aws_access_key_id: id, aws_secret_access_key: k, "
                               "aws_session_token: \"a b\"}"),
                    kRef),
            "session_token is not a valid string");
  EXPECT_EQ(message(SecretText(kAwsKeys, "far"), "secretRef: {name: cloud, namespace: far}, "), "");
}

TEST(Lambda, RejectsWhatCannotBeCalled) {
  const auto codes = [](std::string_view aws) {
    World world(SecretText(kAwsKeys) +
                UpstreamText("u", Cat("aws: {secretRef: {name: cloud}, ", aws, "}")));
    return Codes(world.load_findings);
  };
  EXPECT_EQ(codes(""), (Texts{"spec.aws.region: MissingField"}));
  EXPECT_EQ(codes("region: 'eu.evil.test/'"), (Texts{"spec.aws.region: InvalidFormat"}));
  EXPECT_EQ(codes("region: eu, lambdaFunctions: [{logicalName: f}]"),
            (Texts{"spec.aws.lambdaFunctions[0].lambdaFunctionName: MissingField"}));
  EXPECT_EQ(codes("region: eu, lambdaFunctions: [{lambdaFunctionName: g}]"),
            (Texts{"spec.aws.lambdaFunctions[0]: MissingField"}));
  EXPECT_EQ(codes("region: eu, lambdaFunctions: [{logicalName: f, lambdaFunctionName: g}, "
                  "{logicalName: f, lambdaFunctionName: h}]"),
            (Texts{"spec.aws.lambdaFunctions[1].logicalName: Duplicate"}));
  for (const char* other : {"unwrapAsApiGateway", "responseTransformation"}) {
    World world(Aws("", Cat(", destinationOverrides: {unwrapAsAlb: true, ", other, ": true}")));
    EXPECT_EQ(world.rejected, 1u) << other;
    EXPECT_EQ(world.load_findings.back().message,
              "only one of unwrapAsAlb and unwrapAsApiGateway/responseTransformation may be set");
  }
}

constexpr char kApiKeys[] = "stringData: {azure: \"apiKeys: {f: 'k1+/==', _master: m}\"}";

std::string Azure(std::string_view functions, const std::string& secret = SecretText(kApiKeys)) {
  return secret + UpstreamText("u", Cat("azure: {functionAppName: shop, secretRef: {name: cloud, "
                                        "namespace: default}, functions: [",
                                        functions, "]}"));
}

TEST(AzureFunction, IsReachedOverTlsByTheNameOfItsApp) {
  EXPECT_EQ(World(Azure("{functionName: f}")).Endpoints("u_default"),
            "shop.azurewebsites.net:443 tls=shop.azurewebsites.net");
}

TEST(AzureFunction, IsCalledWithTheKeyOfItsLevel) {
  EXPECT_EQ(Call("f", Azure("{functionName: f}")), " shop.azurewebsites.net /api/f");
  EXPECT_EQ(Call("f", Azure("{functionName: f, authLevel: Function}")),
            " shop.azurewebsites.net /api/f?code=k1%2B/==");
  EXPECT_EQ(Call("g", Azure("{functionName: g, authLevel: 1}")),
            " shop.azurewebsites.net /api/g?code=m")
      << "no key of its own";
  EXPECT_EQ(Call("f", Azure("{functionName: f, authLevel: Admin}")),
            " shop.azurewebsites.net /api/f?code=m");
}

TEST(AzureFunction, MustBeNamedAndKnownAndHaveItsKey) {
  const std::string upstream = Azure("{functionName: f, authLevel: Function}",
                                     SecretText("stringData: {azure: \"apiKeys: {g: k}\"}"));
  EXPECT_EQ(Call("ghost", upstream), "False BackendNotFound: unknown function ghost");
  EXPECT_EQ(Call("f", upstream),
            "False BackendNotFound: secret not found for key names [f _master]");
  EXPECT_EQ(Call("", upstream),
            "False BackendNotFound: upstreams must have a logical name specified in the backend "
            "ref via the parameters extensionref");
  EXPECT_EQ(Call("f", UpstreamText("u",
                                   "azure: {functionAppName: shop, functions: ["
                                   "{functionName: f, authLevel: Admin}]}")),
            "False BackendNotFound: secret not found for key names [_master]");
}

TEST(AzureFunction, NeedsTheSecretThatItNames) {
  const auto message = [](const std::string& secret) {
    return World(Azure("{functionName: f}", secret)).translation.findings.at(0).message;
  };
  EXPECT_EQ(message(""), "azure secrets for ref default/cloud not found");
  EXPECT_EQ(message(SecretText(kAwsKeys)), "secret default/cloud is not an Azure secret");
  EXPECT_EQ(message(SecretText("stringData: {azure: \"apiKeys: [\"}")),
            "secret default/cloud is not an Azure secret");
}

TEST(AzureFunction, RejectsWhatCannotBeCalled) {
  const auto codes = [](std::string_view azure) {
    return Codes(World(UpstreamText("u", Cat("azure: {", azure, "}"))).load_findings);
  };
  EXPECT_EQ(codes(""), (Texts{"spec.azure.functionAppName: MissingField"}));
  EXPECT_EQ(codes("functionAppName: a.b"), (Texts{"spec.azure.functionAppName: InvalidFormat"}));
  EXPECT_EQ(codes("functionAppName: a, functions: [{authLevel: Function}]"),
            (Texts{"spec.azure.functions[0].functionName: MissingField"}));
  EXPECT_EQ(codes("functionAppName: a, functions: [{functionName: f, authLevel: 3}]"),
            (Texts{"spec.azure.functions[0].authLevel: UnknownValue"}));
}

TEST(Parameter, BelongsToBackendsWithFunctions) {
  const std::string only =
      "False BackendNotFound: parameters extensionref is only supported for aws and azure "
      "upstreams";
  EXPECT_EQ(Call("f", UpstreamText("u", "static: {hosts: [{addr: a.test, port: 80}]}")), only);
  const std::string service = RouteText(
      "r", Cat(kOnEdge, "rules: [{backendRefs: [{name: s, port: 80, ", kParameter, "f}}]}]}]"));
  EXPECT_EQ(CallIn(World(GatewayText(kHttp) + service + ServiceText("s"))), only);
}

TEST(Parameter, OnARuleIsNoFilter) {
  World world(GatewayText(kHttp) + RouteText("r", Cat(kOnEdge, "rules: [{", kParameter, "f}}]}]")));
  EXPECT_EQ(world.Action().fail_reason, "FilterNotFound");
}

TEST(Parameter, CountsOnce) {
  World world(GatewayText(kHttp) +
              RouteText("r", Cat(kOnEdge,
                                 "rules: [{backendRefs: [{group: gloo.solo.io, kind: Upstream, "
                                 "name: u, ",
                                 kParameter,
                                 "f}}, {type: ExtensionRef, extensionRef: {group: gloo.solo.io, "
                                 "kind: Parameter, name: g}}]}]}]")) +
              Azure("{functionName: f}, {functionName: g}"));
  EXPECT_EQ(CallIn(world), " shop.azurewebsites.net /api/f");
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.rules[0].backendRefs[0].filters[1].extensionRef.name: IgnoredFilter"}));
}

TEST(Parameter, KeepsItsCallToItself) {
  World world(
      GatewayText(kHttp) +
      RouteText("r", Cat(kOnEdge,
                         "rules: [{filters: [{type: RequestMirror, requestMirror: {backendRef: "
                         "{name: s, port: 80}}}], backendRefs: [{group: gloo.solo.io, kind: "
                         "Upstream, name: u, ",
                         kParameter, "f}}]}]}]")) +
      ServiceText("s") + Azure("{functionName: f}"));
  EXPECT_EQ(Codes(world.translation.findings),
            (Texts{"spec.rules[0].backendRefs[0]: IncompatibleFilters"}));
}

TEST(Parameter, IsNothingThatAMirrorCanHave) {
  World world(
      GatewayText(kHttp) +
      RouteText("r", Cat(kOnEdge,
                         "rules: [{filters: [{type: RequestMirror, requestMirror: "
                         "{backendRef: {group: gloo.solo.io, kind: Upstream, name: u}}}]}]")) +
      Azure("{functionName: f}"));
  EXPECT_EQ(world.Action().filters.mirrors.size(), 0u);
  EXPECT_EQ(world.Parent("r"), "Accepted=True/Accepted ResolvedRefs=False/BackendNotFound");
}

TEST(PipeUpstream, IsASocketOfTheProxysMachine) {
  World world(UpstreamText("u", "pipe: {path: /run/app.sock}"));
  EXPECT_EQ(world.Endpoints("u_default"), "unix:/run/app.sock:1");
  World tls(UpstreamText("u", "pipe: {path: /run/app.sock}, sslConfig: {sni: s.test}"));
  EXPECT_EQ(tls.Endpoints("u_default"), "unix:/run/app.sock:1 tls=s.test");
  World none(UpstreamText("u", "pipe: {}"));
  EXPECT_EQ(Codes(none.load_findings), (Texts{"spec.pipe.path: MissingField"}));
  EXPECT_EQ(none.load_findings[0].message, "no path provided");
}

TEST(GcpUpstream, IsItsHostOverTlsAndLeavesTheTokenToTheProxy) {
  World world(UpstreamText("u", "gcp: {host: run.test, audience: 'https://a.test'}"));
  EXPECT_EQ(world.Endpoints("u_default"), "run.test:443 tls=run.test");
  EXPECT_EQ(Codes(world.load_findings), (Texts{"spec.gcp: NotActedOn"}));
  EXPECT_NE(world.load_findings[0].message.find("audience https://a.test"), std::string::npos);
  World bad(UpstreamText("u", "gcp: {}") + UpstreamText("v", "gcp: {host: 'a b'}"));
  EXPECT_EQ(bad.rejected, 2u);
}

TEST(UndiscoveredUpstreams, AreThereWithoutEndpoints) {
  World ec2(CallOf("") + UpstreamText("u",
                                      "awsEc2: {region: eu, port: 80, filters: [{key: a}, "
                                      "{kvPair: {key: b, value: c}}]}"));
  EXPECT_EQ(ec2.Endpoints("u_default"), "");
  EXPECT_EQ(Codes(ec2.load_findings), (Texts{"spec.awsEc2: NotActedOn"}));
  EXPECT_EQ(ec2.Action().backends.at(0).target.reason, "");
  World consul(CallOf("") + UpstreamText("u",
                                         "consul: {serviceName: a, consistencyMode: StaleMode, "
                                         "dataCenters: [dc1], subsetTags: [v1]}"));
  EXPECT_EQ(consul.Endpoints("u_default"), "");
  EXPECT_EQ(Codes(consul.load_findings), (Texts{"spec.consul: NotActedOn"}));
  EXPECT_EQ(consul.Action().backends.at(0).target.reason, "");
}

TEST(UndiscoveredUpstreams, AreCheckedAllTheSame) {
  const auto first = [](std::string_view spec) {
    World world(UpstreamText("u", spec));
    EXPECT_EQ(world.rejected, 1u) << spec;
    return Codes(world.load_findings).at(0);
  };
  EXPECT_EQ(first("awsEc2: {}"), "spec.awsEc2.region: MissingField");
  EXPECT_EQ(first("awsEc2: {region: eu, filters: [{kvPair: {value: a}}]}"),
            "spec.awsEc2.filters[0]: MissingField");
  EXPECT_EQ(first("awsEc2: {region: eu, filters: [{key: a, kvPair: {key: b}}]}"),
            "spec.awsEc2.filters[0]: InvalidUnion");
  EXPECT_EQ(first("consul: {}"), "spec.consul.serviceName: MissingField");
  EXPECT_EQ(first("consul: {serviceName: a, consistencyMode: stale}"),
            "spec.consul.consistencyMode: UnknownValue");
  EXPECT_EQ(first("ai: {openai: {}, gemini: {}}"), "spec.ai: InvalidUnion");
}

TEST(Escape, KeepsTheUnreservedCharactersOfRfc3986) {
  EXPECT_EQ(upstream::Escape("aZ09-_.~"), "aZ09-_.~");
  EXPECT_EQ(upstream::Escape("a b+c=/\xC3\xA4"), "a%20b%2Bc%3D%2F%C3%A4");
  EXPECT_EQ(upstream::Escape("=/+", "=/"), "=/%2B");
}

}  // namespace
}  // namespace kgw::translate
