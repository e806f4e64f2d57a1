using System.Text.Json;
using System.Text.Json.Serialization;
using Understudy.Api.Infer;
using Understudy.Api.Operations;
using Understudy.Inference.Pipelines;

namespace Understudy.Api;

/// <summary>Serialisers for what the API answers most, made at compile time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(InferResponse))]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(AcceptedBody))]
internal sealed partial class ApiJson : JsonSerializerContext;
