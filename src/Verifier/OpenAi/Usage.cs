using Understudy.Verifier.Generations;

namespace Understudy.Verifier.OpenAi;

/// <summary>The tokens of one answer, in OpenAI's form.</summary>
internal sealed record Usage(
    int PromptTokens, int CompletionTokens, int TotalTokens, Usage.PromptDetails PromptTokensDetails, Usage.CompletionDetails CompletionTokensDetails)
{
    public static Usage None { get; } = new(0, 0, 0, new(0), new(0, 0));

    /// <summary>With another finished output. A prompt is counted once, however many outputs it has.</summary>
    public Usage With(GenerationStep last, bool samePrompt)
    {
        var statistics = last.Statistics;
        var (prompt, completion) = (PromptTokens + (samePrompt ? 0 : statistics.PromptTokens), CompletionTokens + statistics.Tokens);
        return new(
            prompt,
            completion,
            prompt + completion,
            new(PromptTokensDetails.CachedTokens + (samePrompt ? 0 : last.CachedTokens)),
            new(
                CompletionTokensDetails.AcceptedPredictionTokens + statistics.Accepted,
                CompletionTokensDetails.RejectedPredictionTokens + statistics.Proposed - statistics.Accepted));
    }

    /// <param name="CachedTokens">Those of the prompt that were not computed anew.</param>
    internal sealed record PromptDetails(int CachedTokens);

    /// <param name="AcceptedPredictionTokens">Drafted tokens that stand in the output.</param>
    /// <param name="RejectedPredictionTokens">Drafted tokens that do not.</param>
    internal sealed record CompletionDetails(int AcceptedPredictionTokens, int RejectedPredictionTokens);
}
