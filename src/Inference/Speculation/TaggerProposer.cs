using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Goes on as a small tagger would answer: it reads the whole request once, in both directions, and its call is suggested from then on as any student's text is
/// (<see cref="TextProposer"/>). Prompts that are no function calls get nothing.
/// </summary>
/// <param name="tagger">Shared; not owned.</param>
/// <param name="tokenizer">The target's.</param>
public sealed class TaggerProposer(CallTagger tagger, TextTokenizer tokenizer) : IProposer
{
    private int[] _prompt = [];
    private TextProposer? _call;

    public string Name => "tagger";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        var prompt = context.Tokens[..context.PromptLength];
        if (!prompt.SequenceEqual(_prompt))
        {
            _prompt = prompt.ToArray();
            _call = Read(prompt);
        }

        _call?.Propose(context, tree);
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output) => (_prompt, _call) = ([], null);

    public void Dispose()
    {
    }

    /// <summary>The request stands between the last two markers.</summary>
    private TextProposer? Read(ReadOnlySpan<int> prompt)
    {
        if (!FunctionCallPrompt.Fits(tokenizer) || prompt.Length < 2 || prompt[^1] != tokenizer.Id(FunctionCallPrompt.CallToken))
        {
            return null;
        }

        var begin = prompt.LastIndexOf(tokenizer.Id(FunctionCallPrompt.RequestToken)!.Value);
        return begin < 0 || tagger.Read(tokenizer, prompt[(begin + 1)..^1]) is not { } reading ? null
            : new([.. tokenizer.Encode(reading.Best().Call.ToJson()), .. tokenizer.EndOfText is { } end ? [end] : Array.Empty<int>()]);
    }
}
