using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Goes on as a small tagger would answer: it reads the whole request once, in both directions, and its call is suggested from then on, followed by edits where
/// the target chose otherwise (<see cref="TextProposer"/>). How far it goes follows from how sure the tagger is of each part of the call. Prompts that are no function calls get nothing.
/// </summary>
/// <param name="tagger">Shared; not owned.</param>
/// <param name="tokenizer">The target's.</param>
public sealed class TaggerProposer(CallTagger tagger, TextTokenizer tokenizer) : IProposer
{
    /// <summary>Certainties that are told apart, from above.</summary>
    private static readonly double[] Sure = [0.99, 0.95, 0.8, 0.5];

    /// <summary>Times that the target chose otherwise are told apart up to this: by then the tagger has read the request in another way.</summary>
    private const int MostParted = 2;

    /// <summary>What is expected of a token within a part whose first the target has chosen too.</summary>
    private const double OnceBegun = 0.99;

    private readonly GrammarCursor _cursor = new();
    private int[] _prompt = [];
    private TextProposer? _call;
    private (double Certainty, bool Begins)[] _tokens = [];

    public string Name => "tagger";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        var prompt = context.Tokens[..context.PromptLength];
        if (!prompt.SequenceEqual(_prompt))
        {
            _prompt = prompt.ToArray();
            _call = Read(prompt);
        }

        if (_call is { } call)
        {
            call.Follow(context.Tokens[context.PromptLength..]);
            Add(context, tree, call);
        }
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output) => (_prompt, _call) = ([], null);

    public void Dispose()
    {
    }

    private void Add(in ProposalContext context, TokenTree tree, TextProposer call)
    {
        var constraint = context.Constraint is null ? null : _cursor.CopyFrom(context.Constraint);
        var rest = call.Rest;
        var (node, reached) = (0, 1.0);
        for (var i = 0; i < Math.Min(rest.Length, Math.Min(context.MaxDepth, context.MaxNodes)); i++)
        {
            if (context.EndTokens.Contains(rest[i]))
            {
                return;
            }

            var (certainty, begins) = _tokens[call.Place + i];
            var kind = Kind(certainty, begins, call.Parted, far: i > 0);
            reached *= context.Chance(kind, begins ? certainty : OnceBegun);
            if (reached < context.NodeWorth || (constraint is not null && !constraint.TryAdvance(rest[i])))
            {
                return;
            }

            node = tree.Add(node, rest[i], null, context.Proposer, kind);
        }
    }

    /// <summary>Chances are kept apart by how sure the tagger is, by whether a part of the call begins, by how often the target chose otherwise, and for the next token.</summary>
    private static int Kind(double certainty, bool begins, int parted, bool far)
    {
        var sure = Array.FindIndex(Sure, least => certainty >= least);
        var kind = ((sure < 0 ? Sure.Length : sure) * 2) + (begins ? 1 : 0);
        return (((kind * (MostParted + 1)) + Math.Min(parted, MostParted)) * 2) + (far ? 1 : 0);
    }

    /// <summary>The request stands between the last two markers.</summary>
    private TextProposer? Read(ReadOnlySpan<int> prompt)
    {
        if (!FunctionCallPrompt.Fits(tokenizer) || prompt.Length < 2 || prompt[^1] != tokenizer.Id(FunctionCallPrompt.CallToken))
        {
            return null;
        }

        var begin = prompt.LastIndexOf(tokenizer.Id(FunctionCallPrompt.RequestToken)!.Value);
        if (begin < 0 || tagger.Read(tokenizer, prompt[(begin + 1)..^1]) is not { } reading)
        {
            return null;
        }

        var (parts, certainties) = reading.Parts();
        int[] tokens = [.. tokenizer.Encode(string.Concat(parts)), .. tokenizer.EndOfText is { } end ? [end] : Array.Empty<int>()];
        _tokens = Certainties(tokens, parts, certainties);
        return new(tokens);
    }

    /// <summary>By token, how sure its part of the call is, and whether that part begins with it.</summary>
    private (double, bool)[] Certainties(int[] tokens, IReadOnlyList<string> parts, IReadOnlyList<double> certainties)
    {
        var (said, part, at, border) = (new (double, bool)[tokens.Length], -1, 0, 0);
        for (var i = 0; i < tokens.Length; i++)
        {
            var begins = part < parts.Count - 1 && at >= border;
            if (begins)
            {
                border += System.Text.Encoding.UTF8.GetByteCount(parts[++part]);
            }

            said[i] = (certainties[part], begins);
            at += tokenizer.TokenBytes(tokens[i]).Length;
        }

        return said;
    }
}
