using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;

namespace Understudy.Inference.Candidates;

/// <summary>
/// How likely a model finds each of some continuations of a prompt: log P(candidate | prompt), for all of them in one forward pass, or for
/// as many as there is room for. Their tokens make a tree behind the prompt, so that what they have in common is computed once. This is
/// how a lead verifies a label.
/// </summary>
public static class CandidateScorer
{
    /// <summary>A longer rest of a prompt goes ahead by itself: in a tree every token would have a column for every other.</summary>
    private const int LongestRest = 192;

    /// <summary>
    /// Which candidates are scored together, as ranges in their order: as many as have room behind the prompt, or each by itself where the
    /// model takes no trees. Scoring a range costs as much alone as among the others.
    /// </summary>
    public static IReadOnlyList<Range> Passes(DecoderModel model, int promptTokens, IReadOnlyList<IReadOnlyList<int>> candidates)
    {
        if (!TakesTrees(model, promptTokens))
        {
            return [.. Enumerable.Range(0, candidates.Count).Select(at => at..(at + 1))];
        }

        var passes = new List<Range>();
        using var tree = new TokenTree();
        tree.Reset(0);
        var from = 0;
        for (var at = 0; at < candidates.Count; at++)
        {
            Add(tree, candidates[at]);
            if (at > from && promptTokens + tree.Count - 1 > model.MaxTokens)
            {
                passes.Add(from..at);
                from = at;
                tree.Reset(0);
                Add(tree, candidates[at]);
            }
        }

        passes.Add(from..candidates.Count);
        return passes;
    }

    /// <param name="session">Ends up holding the prompt.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="candidates">Each at least one token.</param>
    /// <param name="byLength">Divide by the number of tokens, so that long candidates stand a chance.</param>
    /// <returns>Natural logarithms, in the candidates' order.</returns>
    /// <exception cref="SequenceTooLongException">The prompt and one of the candidates do not fit the model's context.</exception>
    public static double[] Score(DecoderSession session, IReadOnlyList<int> prompt, IReadOnlyList<IReadOnlyList<int>> candidates, bool byLength = false)
    {
        if (candidates.FirstOrDefault(candidate => candidate.Count == 0) is not null)
        {
            throw new ArgumentException("A candidate has no token; give each at least one.", nameof(candidates));
        }

        if (prompt.Count == 0)
        {
            throw new ArgumentException("The prompt has no token; give at least one (a start token for an empty text).", nameof(prompt));
        }

        if (!TakesTrees(session.Model, prompt.Count))
        {
            return OneByOne(session, [.. prompt], candidates, byLength);
        }

        IReadOnlyList<int>[] all = [.. candidates];
        return [.. Passes(session.Model, prompt.Count, all).SelectMany(pass => Together(session, [.. prompt], all[pass], byLength))];
    }

    private static bool TakesTrees(DecoderModel model, int promptTokens) => model.SupportsTrees && promptTokens > 1;

    private static void Add(TokenTree tree, IReadOnlyList<int> candidate)
    {
        var node = 0;
        for (var i = 0; i < candidate.Count - 1; i++) // after the last token nothing is asked
        {
            node = tree.Add(node, candidate[i]);
        }
    }

    private static double[] Together(DecoderSession session, int[] prompt, IReadOnlyList<IReadOnlyList<int>> candidates, bool byLength)
    {
        session.Rollback(Math.Min(session.Tokens.CommonPrefixLength(prompt), prompt.Length - 1));
        if (prompt.Length - session.Length > LongestRest)
        {
            session.Prefill(prompt.AsSpan(0, prompt.Length - 1));
        }
        else if (session.Length == 0)
        {
            session.Prefill(prompt.AsSpan(0, 1)); // a tree needs a text to stand behind
        }

        var rest = prompt.AsSpan(session.Length);
        using var tree = new TokenTree();
        tree.Reset(rest[^1]);
        foreach (var candidate in candidates)
        {
            Add(tree, candidate);
        }

        // The rest of the prompt is a chain, and the tree stands on its last token.
        var before = rest.Length - 1;
        int[] tokens = [.. rest[..before], .. tree.Tokens];
        var parents = new int[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            parents[i] = i <= before ? i - 1 : tree.Parents[i - before] + before;
        }

        var logits = session.ScoreTree(tokens, parents, tree.Count);
        var vocabulary = session.Model.Vocabulary;
        var totals = new double[tree.Count];
        for (var node = 0; node < totals.Length; node++)
        {
            totals[node] = LogProbabilities.LogSumExp(logits.Slice(node * vocabulary, vocabulary));
        }

        var scores = new double[candidates.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var node = 0;
            foreach (var token in candidates[i])
            {
                scores[i] += logits[(node * vocabulary) + token] - totals[node];
                node = tree.Child(node, token);
            }

            scores[i] /= byLength ? candidates[i].Count : 1;
        }

        session.Rollback(prompt.Length);
        return scores;
    }

    private static double[] OneByOne(DecoderSession session, int[] prompt, IReadOnlyList<IReadOnlyList<int>> candidates, bool byLength)
    {
        var scores = new double[candidates.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var logits = session.Prefill(prompt);
            foreach (var (at, token) in candidates[i].Index())
            {
                scores[i] += logits[token] - LogProbabilities.LogSumExp(logits);
                logits = at + 1 < candidates[i].Count ? session.Step(token) : logits;
            }

            scores[i] /= byLength ? candidates[i].Count : 1;
            session.Rollback(prompt.Length);
        }

        return scores;
    }
}
