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

    /// <summary>
    /// The likeliest call as text, in parts: up to the slots, each slot, the end; and how sure it is of each: of the intent, of the words of a slot and of those that
    /// were passed over before it, of those passed over after the last.
    /// </summary>
    public (IReadOnlyList<string> Parts, IReadOnlyList<double> Certainties) Parts()
    {
        var (request, _) = Labels.Best(Words, Intents, Tags);
        var call = request.Call;
        string Until(int slots) => new FunctionCall(call.Intent, call.Slots.Take(slots)).ToJson()[..^2];
        var (parts, certainties) = (new List<string> { Until(0) }, new List<double> { Math.Exp(Intents[Labels.Intents.ToList().IndexOf(call.Intent)]) });
        var sure = call.Slots.ToDictionary(slot => slot.Key, _ => 1.0, StringComparer.Ordinal);
        var (word, passed, tags) = (0, 1.0, Labels.TagsOf(request));
        foreach (var segment in request.Segments)
        {
            var words = segment.Text.Split(' ').Length;
            var certainty = Math.Exp(Enumerable.Range(word, words).Sum(one => (double)Tags[(one * Labels.Tags.Count) + tags[one]]));
            word += words;
            passed *= certainty;
            if (segment.Slot is { } name)
            {
                (sure[name], passed) = (sure[name] * passed, 1);
            }
        }

        for (var slot = 0; slot < call.Slots.Count; slot++)
        {
            parts.Add(Until(slot + 1)[Until(slot).Length..]);
            certainties.Add(sure[call.Slots[slot].Key]);
        }

        return ([.. parts, "}}"], [.. certainties, passed]);
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
            foreach (var value in Find(joined, tags) >= 0 ? [joined] : joined.Split(FunctionCall.Separator))
            {
                var words = value.Split(' ');
                // Slots come in the order of the request; a value that stands there twice is the next one, else the first that no other slot has.
                var at = Find(value, tags, after) is >= 0 and var later ? later : Find(value, tags);
                if (at < 0 || begin < 0 || inside < 0)
                {
                    return null;
                }

                tags.AsSpan(at, words.Length).Fill(inside);
                (tags[at], after) = (begin, at + words.Length);
            }
        }

        return tags;
    }

    /// <summary>Where a value stands among words that have no tag yet; -1 for nowhere.</summary>
    private int Find(string value, int[] tags, int from = 0)
    {
        var words = value.Split(' ');
        for (var at = from; at + words.Length <= Words.Count; at++)
        {
            if (words.Index().All(word => Words[at + word.Index] == word.Item && tags[at + word.Index] == 0))
            {
                return at;
            }
        }

        return -1;
    }
}
