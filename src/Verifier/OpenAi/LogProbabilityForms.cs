using System.Text.Json.Serialization;

namespace Understudy.Verifier.OpenAi;

/// <summary>Log-probabilities of a chat's answer, in OpenAI's form.</summary>
internal sealed record ChatLogProbabilities(IReadOnlyList<ChatTokenLogProbability> Content, object? Refusal);

/// <param name="TopLogprobs">Null for an alternative.</param>
internal sealed record ChatTokenLogProbability(
    string Token, double Logprob, IReadOnlyList<int> Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChatTokenLogProbability>? TopLogprobs);

/// <summary>Log-probabilities of a plain completion, in OpenAI's form: four lists of one length.</summary>
internal sealed record CompletionLogProbabilities(
    IReadOnlyList<string> Tokens, IReadOnlyList<double> TokenLogprobs, IReadOnlyList<Dictionary<string, double>> TopLogprobs, IReadOnlyList<int> TextOffset);
