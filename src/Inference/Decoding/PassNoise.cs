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

    /// <summary>What was seen is a sample: the largest difference is taken this many times.</summary>
    private const int Margin = 4;

    public static PassNoise Measure(DecoderModel model)
    {
        var random = new Random(1);
        var text = new int[Math.Min(Tokens, model.MaxTokens / 2)];
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
        var chain = Largest(together.Score(text.AsSpan(1)), rows);
        if (!model.SupportsTrees)
        {
            return new(Margin * chain, Margin * chain);
        }

        // The same chain behind three tokens that it does not follow.
        together.Rollback(1);
        int[] tokens = [0, 1 % model.Vocabulary, 2 % model.Vocabulary, .. text.AsSpan(1)];
        var tree = Largest(together.ScoreTree(tokens, [.. tokens.Select((_, i) => i <= 3 ? -1 : i - 1)])[(3 * model.Vocabulary)..], rows);
        return new(Margin * chain, Margin * tree);
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
