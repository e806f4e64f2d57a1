using System.Numerics.Tensors;
using System.Text.Json;

namespace Understudy.Inference.FunctionCalls;

/// <summary>What a tagger of requests may say: an intent, and a BIO tag for each word.</summary>
/// <param name="Intents">In the order of its scores.</param>
/// <param name="Tags"><c>O</c>, <c>B-name</c> and <c>I-name</c>, in the order of its scores.</param>
/// <param name="Slots">By intent, the tags that it may have.</param>
public sealed record CallLabels(IReadOnlyList<string> Intents, IReadOnlyList<string> Tags, IReadOnlyList<IReadOnlyList<int>> Slots)
{
    /// <summary>Intents that are tried, the likeliest first.</summary>
    private const int MostIntents = 2;

    /// <summary>All that requests have.</summary>
    public static CallLabels Of(IReadOnlyList<TaggedRequest> requests)
    {
        string[] intents = [.. requests.Select(request => request.Intent).Distinct().Order(StringComparer.Ordinal)];
        var slots = requests.SelectMany(request => request.Segments.Where(segment => segment.Slot is not null).Select(segment => (request.Intent, Slot: segment.Slot!))).Distinct().ToLookup(pair => pair.Intent, pair => pair.Slot);
        string[] tags = ["O", .. slots.SelectMany(names => names).Distinct().Order(StringComparer.Ordinal).SelectMany(name => new[] { $"B-{name}", $"I-{name}" })];
        return new(intents, tags, [.. intents.Select(intent => (IReadOnlyList<int>)[.. tags.Index().Where(tag => tag.Item == "O" || slots[intent].Contains(tag.Item[2..])).Select(tag => tag.Index)])]);
    }

    /// <summary>These, in their places, and behind them what others have besides.</summary>
    public CallLabels With(CallLabels others)
    {
        string[] intents = [.. Intents, .. others.Intents.Except(Intents)], tags = [.. Tags, .. others.Tags.Except(Tags)];
        return new(intents, tags, [.. intents.Select(intent => (IReadOnlyList<int>)[.. NamesOf(intent).Concat(others.NamesOf(intent)).Distinct().Select(name => Array.IndexOf(tags, name)).Order()])]);
    }

    private IEnumerable<string> NamesOf(string intent) => Intents.ToList().IndexOf(intent) is >= 0 and var place ? Slots[place].Select(tag => Tags[tag]) : [];

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>The tags of a request's words, as indices.</summary>
    public int[] TagsOf(TaggedRequest request) =>
    [
        .. request.Segments.SelectMany(segment => segment.Text.Split(' ').Select((_, word) => segment.Slot is null ? 0 : Tags.ToList().IndexOf($"{(word == 0 ? 'B' : 'I')}-{segment.Slot}"))),
    ];

    /// <summary>The likeliest call: of the likeliest intents the one whose best allowed tags (Viterbi) have the greatest sum of log-probabilities with it.</summary>
    /// <param name="words">Of the request.</param>
    /// <param name="intents">Log-probabilities, [intents].</param>
    /// <param name="tags">Log-probabilities, [words, tags].</param>
    /// <returns>The call, and its log-probability, in nats.</returns>
    public (TaggedRequest Request, double LogProbability) Best(IReadOnlyList<string> words, ReadOnlySpan<float> intents, ReadOnlySpan<float> tags)
    {
        var (left, best) = (intents.ToArray(), (Intent: 0, Path: Array.Empty<int>(), Score: double.NegativeInfinity));
        for (var tried = 0; tried < Math.Min(MostIntents, Intents.Count); tried++)
        {
            var intent = TensorPrimitives.IndexOfMax<float>(left);
            left[intent] = float.NegativeInfinity;
            var (path, score) = Path(Slots[intent], words.Count, tags);
            if (score + intents[intent] > best.Score)
            {
                best = (intent, path, score + intents[intent]);
            }
        }

        var names = best.Path.Select(tag => Tags[tag]);
        return (TaggedRequest.Parse(string.Join(' ', words), Intents[best.Intent], string.Join(' ', names)), best.Score);
    }

    private (int[] Path, double Score) Path(IReadOnlyList<int> allowed, int words, ReadOnlySpan<float> tags)
    {
        // By tag, which others may come before it: null for any.
        var needs = allowed.Select(tag => Tags[tag][0] == 'I' ? allowed.Index().Where(before => MayFollow(tag, before.Item)).Select(before => before.Index).ToArray() : null).ToArray();
        var (scores, from) = (new double[allowed.Count], new int[words][]);
        for (var word = 0; word < words; word++)
        {
            var next = new double[allowed.Count];
            from[word] = new int[allowed.Count];
            var likeliest = Array.IndexOf(scores, scores.Max());
            for (var tag = 0; tag < allowed.Count; tag++)
            {
                var before = likeliest;
                if (needs[tag] is { } possible)
                {
                    before = word == 0 || possible.Length == 0 ? -1 : possible.MaxBy(last => scores[last]);
                }

                next[tag] = before < 0 ? double.NegativeInfinity : scores[before] + tags[(word * Tags.Count) + allowed[tag]];
                from[word][tag] = Math.Max(before, 0);
            }

            scores = next;
        }

        var path = new int[words];
        var end = scores.Length == 0 ? 0 : Array.IndexOf(scores, scores.Max());
        var total = scores.Length == 0 ? 0 : scores[end];
        for (var word = words - 1; word >= 0; word--)
        {
            path[word] = allowed[end];
            end = from[word][end];
        }

        return (path, total);
    }

    /// <summary>A value goes on only where it has begun.</summary>
    private bool MayFollow(int tag, int before) => Tags[tag][0] != 'I' || (Tags[before] != "O" && Tags[before].AsSpan(2).SequenceEqual(Tags[tag].AsSpan(2)));
}
