namespace Understudy.Inference.OpenAi;

/// <summary>Log-probabilities of a plain completion, in OpenAI's form: four lists of one length.</summary>
public sealed record CompletionLogProbabilities(
    IReadOnlyList<string> Tokens, IReadOnlyList<double> TokenLogprobs, IReadOnlyList<Dictionary<string, double>> TopLogprobs, IReadOnlyList<int> TextOffset);
