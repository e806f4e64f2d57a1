namespace Understudy.Inference.FunctionCalls;

/// <summary>What a tagger makes of one request.</summary>
/// <param name="Labels">What it may say.</param>
/// <param name="Words">Of the request.</param>
/// <param name="Intents">Log-probabilities, [intents].</param>
/// <param name="Tags">Log-probabilities, [words, tags].</param>
public sealed record TaggerReading(CallLabels Labels, IReadOnlyList<string> Words, float[] Intents, float[] Tags)
{
    /// <summary>The likeliest call and its log-probability, in nats.</summary>
    public (FunctionCall Call, double LogProbability) Best()
    {
        var (request, logProbability) = Labels.Best(Words, Intents, Tags);
        return (request.Call, logProbability);
    }

    /// <summary>How likely it finds another's call, in nats; minus infinity for one that says what does not stand in the request, or what no tag says.</summary>
    public double LogProbability(FunctionCall call)
    {
        var intent = Labels.Intents.ToList().IndexOf(call.Intent);
        if (intent < 0 || Place(call) is not { } tags)
        {
            return double.NegativeInfinity;
        }

        return Intents[intent] + tags.Select((tag, word) => (double)Tags[(word * Labels.Tags.Count) + tag]).Sum();
    }

    /// <summary>Where the values of a call stand, as the tags of the words; null where one stands nowhere.</summary>
    private int[]? Place(FunctionCall call)
    {
        var tags = new int[Words.Count];
        var after = 0;
        foreach (var (name, joined) in call.Slots)
        {
            var (begin, inside) = (Labels.Tags.ToList().IndexOf($"B-{name}"), Labels.Tags.ToList().IndexOf($"I-{name}"));
            foreach (var value in Find(joined) >= 0 ? [joined] : joined.Split(FunctionCall.Separator))
            {
                var words = value.Split(' ');
                // Slots come in the order of the request; a value that stands there twice is the next one.
                var at = Find(value, after) is >= 0 and var later ? later : Find(value);
                if (at < 0 || begin < 0 || inside < 0 || tags.AsSpan(at, words.Length).ContainsAnyExcept(0))
                {
                    return null;
                }

                tags.AsSpan(at, words.Length).Fill(inside);
                (tags[at], after) = (begin, at + words.Length);
            }
        }

        return tags;
    }

    private int Find(string value, int from = 0)
    {
        var words = value.Split(' ');
        for (var at = from; at + words.Length <= Words.Count; at++)
        {
            if (words.Index().All(word => Words[at + word.Index] == word.Item))
            {
                return at;
            }
        }

        return -1;
    }
}
