using Understudy.Inference.Decoding;

namespace Understudy.Inference.OpenAi;

/// <summary>The tokens of one answer, in OpenAI's form.</summary>
public sealed record Usage(
    int PromptTokens, int CompletionTokens, int TotalTokens, Usage.PromptDetails PromptTokensDetails, Usage.CompletionDetails CompletionTokensDetails)
{
    public static Usage None { get; } = new(0, 0, 0, new(0), new(0, 0));

    /// <summary>With another finished output. A prompt is counted once, however many outputs it has.</summary>
    /// <param name="statistics">Of the output.</param>
    /// <param name="cachedTokens">Those of its prompt that were not computed anew.</param>
    /// <param name="samePrompt">Whether its prompt is counted already.</param>
    public Usage With(GenerationStatistics statistics, int cachedTokens, bool samePrompt)
    {
        var (prompt, completion) = (PromptTokens + (samePrompt ? 0 : statistics.PromptTokens), CompletionTokens + statistics.Tokens);
        return new(
            prompt,
            completion,
            prompt + completion,
            new(PromptTokensDetails.CachedTokens + (samePrompt ? 0 : cachedTokens)),
            new(
                CompletionTokensDetails.AcceptedPredictionTokens + statistics.Accepted,
                CompletionTokensDetails.RejectedPredictionTokens + statistics.Proposed - statistics.Accepted));
    }

    /// <param name="CachedTokens">Those of the prompt that were not computed anew.</param>
    public sealed record PromptDetails(int CachedTokens);

    /// <param name="AcceptedPredictionTokens">Drafted tokens that stand in the output.</param>
    /// <param name="RejectedPredictionTokens">Drafted tokens that do not.</param>
    public sealed record CompletionDetails(int AcceptedPredictionTokens, int RejectedPredictionTokens);
}
