using System.Text.Json.Serialization;

namespace Understudy.Inference.OpenAi;

/// <summary>The log-probability of a token.</summary>
/// <param name="TopLogprobs">Null for an alternative.</param>
public sealed record ChatTokenLogProbability(
    string Token, double Logprob, IReadOnlyList<int> Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChatTokenLogProbability>? TopLogprobs);
