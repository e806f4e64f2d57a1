using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;

namespace Understudy.Cli.Evaluation;

/// <summary>What a model made of a request, and at what cost.</summary>
/// <param name="Tokens">Empty when the model had no room for an answer.</param>
internal sealed record CallAnswer(IReadOnlyList<int> Tokens, string Text, GenerationStatistics Statistics)
{
    /// <summary>Writes the answer, greedily, held to the task's schema. A request that fills the model's context gets no answer.</summary>
    /// <param name="speculator">Who goes ahead; null for nobody.</param>
    /// <param name="longest">Tokens; null for as many as the model serves with.</param>
    /// <param name="panel">Who has a say in the call; null for nobody. <see cref="Tokens"/> stay the model's own.</param>
    public static CallAnswer Write(
        LanguageModel model, FunctionCallTask calls, string request, Speculator? speculator, CancellationToken cancellationToken, CallPanel? panel = null, int? longest = null)
    {
        try
        {
            var prompt = calls.Prompt(request);
            CallAnswer own;
            using (var generation = model.Generate(prompt, calls.Options(request, longest ?? FunctionCallTask.LongestAnswer(model.Decoder.MaxTokens)), speculator))
            {
                generation.Run(cancellationToken);
                own = new(generation.Tokens.ToArray(), generation.Text, generation.Statistics);
            }

            return own with { Text = panel?.Overrule(model, calls, request, prompt, own.Text)?.Text ?? own.Text };
        }
        catch (Exception error) when (error is SequenceTooLongException or GrammarInvalidException)
        {
            return new([], "", new());
        }
    }
}
