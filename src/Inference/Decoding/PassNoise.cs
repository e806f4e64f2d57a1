namespace Understudy.Inference.Decoding;

/// <summary>
/// How close two logits may be without rounding deciding between them, since a pass over several tokens may add up in another order than
/// passes over one. Graphs that quantise what comes in make a difference in the last bit a large one.
/// </summary>
/// <param name="Chain">Between a chain in one pass and its tokens one by one; 0: the same to the last bit.</param>
/// <param name="Tree">Between a branch that stands behind others in a pass and the same tokens by themselves.</param>
internal readonly record struct PassNoise(float Chain, float Tree)
{
    private const int Tokens = 24;

    /// <summary>Where rounding shows, it may also turn an input of eight bits into the next, which is rare and makes a difference a thousand times as large: it is looked for in more.</summary>
    private const int MoreTokens = 192;

    /// <summary>Tokens in a pass: how a processor's kernels add up may depend on it.</summary>
    private static readonly int[] Sizes = [2, 5, Tokens - 1];

    /// <summary>What was seen is a sample: the largest difference is taken this many times.</summary>
    private const int Margin = 4;

    /// <summary>Tokens beside a chain that it does not follow.</summary>
    private const int Branch = 3;

    public static PassNoise Measure(DecoderModel model)
    {
        var noise = Measure(model, Math.Min(Tokens, model.MaxTokens / 2));
        if (noise == default)
        {
            return noise;
        }

        var more = Measure(model, Math.Min(MoreTokens, model.MaxTokens - Branch));
        return new(Math.Max(noise.Chain, more.Chain), Math.Max(noise.Tree, more.Tree));
    }

    private static PassNoise Measure(DecoderModel model, int length)
    {
        var random = new Random(1);
        var text = new int[length];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = random.Next(model.Vocabulary);
        }

        if (text.Length < 2)
        {
            return default;
        }

        using var apart = model.NewSession();
        using var together = model.NewSession();
        apart.Prefill(text.AsSpan(0, 1));
        var rows = new float[(text.Length - 1) * model.Vocabulary];
        for (var i = 1; i < text.Length; i++)
        {
            apart.Step(text[i]).CopyTo(rows.AsSpan((i - 1) * model.Vocabulary));
        }

        together.Prefill(text.AsSpan(0, 1));
        var (chain, tree) = (0f, 0f);
        foreach (var size in length > Tokens ? Sizes[^1..] : Sizes.Select(size => Math.Min(size, length - 1)).Distinct())
        {
            together.Rollback(1);
            for (var from = 1; from < text.Length; from += size)
            {
                var piece = text.AsSpan(from, Math.Min(size, text.Length - from));
                var alone = rows.AsSpan((from - 1) * model.Vocabulary, piece.Length * model.Vocabulary);
                if (model.SupportsTrees)
                {
                    int[] tokens = [.. Enumerable.Range(0, Branch).Select(token => token % model.Vocabulary), .. piece];
                    tree = Math.Max(tree, Largest(together.ScoreTree(tokens, [.. tokens.Select((_, i) => i <= Branch ? -1 : i - 1)])[(Branch * model.Vocabulary)..], alone));
                    together.Rollback(from);
                }

                chain = Math.Max(chain, Largest(together.Score(piece), alone));
            }
        }

        return new(Margin * chain, Margin * (model.SupportsTrees ? tree : chain));
    }

    private static float Largest(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var most = 0f;
        for (var i = 0; i < a.Length; i++)
        {
            most = Math.Max(most, Math.Abs(a[i] - b[i]));
        }

        return most;
    }
}
