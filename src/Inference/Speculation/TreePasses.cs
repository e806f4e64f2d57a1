using System.Runtime.InteropServices;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.Speculation;

/// <summary>
/// The passes of a model over a text and the trees that may follow it, and how much of them stays in the cache. So that a greedy output stays
/// what it is without speculation, nothing is left to rounding: a pass over several tokens rounds otherwise than a pass over one. Not thread-safe.
/// </summary>
/// <param name="tokens">The text; the last token is the root of the next tree.</param>
/// <param name="guarded">Whether the output must be the same to the token; otherwise the model is taken at its word.</param>
internal sealed class TreePasses(DecoderSession session, List<int> tokens, TokenTree tree, bool guarded)
{
    private readonly PassNoise _noise = guarded ? session.Model.Noise : default;
    private int _root; // its place in the cache
    private bool _isPlain; // the last pass was one over the root alone, behind what was computed so too

    /// <summary>Every bit of a chain is what it is token by token.</summary>
    public bool IsExact { get; } = guarded && session.Model.Noise.Chain == 0;

    /// <summary>Tokens that the next pass runs before the tree's others: the root, and before it what has to be run again.</summary>
    public int Pending => tokens.Count - session.Length;

    /// <summary>How close the best two tokens of the last pass may be without rounding deciding between them.</summary>
    public PassNoise Noise => _isPlain && !IsExact ? default : _noise;

    /// <summary>Runs the text, and gives the logits behind it, [V].</summary>
    public ReadOnlySpan<float> Begin() => session.Prefill(CollectionsMarshal.AsSpan(tokens));

    /// <summary>Runs the tree, and gives the logits behind each of its nodes, [nodes, V].</summary>
    public ReadOnlySpan<float> Score()
    {
        var (start, pending) = (session.Length, Pending);
        var logits = pending > 1 ? ScoreBehind(pending) : tree.Count == 1 ? session.Step(tokens[^1]) : session.ScoreTree(tree.Tokens, tree.Parents);
        _root = start + pending - 1;
        _isPlain = guarded && session.PlainLength == session.Length;
        return logits;
    }

    /// <summary>
    /// Keeps the taken path in the cache. Where every bit counts, only as far as it is the tree's first branch, a chain: what stood behind
    /// other branches is run again in the next pass, in its place.
    /// </summary>
    /// <returns>How much of the path is kept.</returns>
    public int Keep(ReadOnlySpan<int> path)
    {
        if (tree.Count == 1)
        {
            return 1;
        }

        if (!IsExact)
        {
            session.KeepPath(_root, path);
            return path.Length;
        }

        var kept = 1;
        while (kept < path.Length && path[kept] == kept)
        {
            kept++;
        }

        session.Rollback(_root + kept);
        return kept;
    }

    /// <summary>
    /// The logits behind the text, [V], once more and without a tree: the two best tokens are so close that rounding decides between them.
    /// What was computed together is computed again, one by one where a chain would round otherwise.
    /// </summary>
    /// <param name="passes">How many it took.</param>
    public ReadOnlySpan<float> Again(out int passes)
    {
        passes = 1;
        if (IsExact)
        {
            tree.Reset(tokens[^1]);
            return Score();
        }

        session.Rollback(session.PlainLength);
        ReadOnlySpan<float> logits = [];
        for (passes = 0; session.Length < tokens.Count; passes++)
        {
            logits = session.Step(tokens[session.Length]);
        }

        return logits;
    }

    /// <summary>A pass over tokens that were taken but not kept, and the tree behind the last of them.</summary>
    private ReadOnlySpan<float> ScoreBehind(int pending)
    {
        var run = new int[pending - 1 + tree.Count];
        var parents = new int[run.Length];
        CollectionsMarshal.AsSpan(tokens)[^pending..].CopyTo(run);
        tree.Tokens[1..].CopyTo(run.AsSpan(pending));
        for (var i = 0; i < run.Length; i++)
        {
            parents[i] = i < pending ? i - 1 : tree.Parents[i - pending + 1] + pending - 1;
        }

        return session.ScoreTree(run, parents, tree.Count);
    }
}
