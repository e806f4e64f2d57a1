using Understudy.Inference.Pipelines;
using Understudy.Inference.PromptCompression;

namespace Understudy.Inference.OpenAi;

/// <summary>A task's answer in OpenAI's words.</summary>
public static class TaskAnswer
{
    /// <summary>The label, or what was written.</summary>
    public static string Text(Answer answer) => answer.Completion ?? answer.Label!;

    /// <summary><c>length</c> for a text that did not come to its end, to which its model gives the confidence 0.</summary>
    public static string Finish(Answer answer) => answer is { Completion: not null, Confidence: 0 } ? "length" : "stop";

    /// <summary>
    /// The tokens of the model that answered. A classifier has none of its own, so input and label are counted as a large model would,
    /// which is what <see cref="PromptTokens"/> does.
    /// </summary>
    public static Usage Usage(Answer answer, string input)
    {
        if (answer.Receipt.Tiers.LastOrDefault(tier => tier.Answered)?.Tokens is { } tokens)
        {
            return Of(tokens.Prompt, tokens.Completion, new(tokens.Accepted, tokens.Drafted - tokens.Accepted));
        }

        return Of(PromptTokens.Count(input), PromptTokens.Count(Text(answer)), new(0, 0));
    }

    private static Usage Of(int prompt, int completion, Usage.CompletionDetails details) => new(prompt, completion, prompt + completion, new(0), details);
}
