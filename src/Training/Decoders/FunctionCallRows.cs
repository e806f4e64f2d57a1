using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Training.Decoders;

/// <summary>
/// Requests and their calls as token rows; only the call is to be predicted. Values may be swapped for those of other requests with the
/// same slot, or for words drawn at random, so that the model learns to copy what stands there and not to recall what it has seen.
/// </summary>
internal sealed class FunctionCallRows : IRequestRows
{
    private const int MostRandomWords = 4;

    /// <summary>A slot of so many different values each time it is filled is open: what stands there says little about which slot it is.</summary>
    private const double OpenShare = 0.6;

    /// <summary>Intents that have this share of a slot's values in common mean the same by it.</summary>
    private const double CommonShare = 0.03;

    private readonly IReadOnlyList<TaggedRequest> _requests;
    private readonly TextTokenizer _tokenizer;
    private readonly DecoderTraining _training;
    private readonly int _maxTokens;
    private readonly string[] _words;
    private readonly Dictionary<(string Intent, string Slot), string[]> _values;
    private readonly HashSet<string> _open;
    private readonly int[] _lengths;

    /// <param name="training">How values are changed, and how often a request stands in its prompt.</param>
    /// <param name="maxTokens">No row is longer, if no request is as it stands.</param>
    public FunctionCallRows(IReadOnlyList<TaggedRequest> requests, TextTokenizer tokenizer, DecoderTraining training, int maxTokens)
    {
        (_requests, _tokenizer, _training, _maxTokens) = (requests, tokenizer, training, maxTokens);
        var filled = requests
            .SelectMany(request => request.Segments.Where(segment => segment.Slot is not null).Select(segment => (request.Intent, Slot: segment.Slot!, segment.Text)))
            .ToArray();
        _values = filled.GroupBy(value => (value.Intent, value.Slot)).ToDictionary(group => group.Key, group => Different(group.Select(value => value.Text)));
        _words = [.. _values.Values.SelectMany(values => values).SelectMany(value => value.Split(' ')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _open = [.. filled.GroupBy(value => value.Slot).Where(slot => Different(slot.Select(value => value.Text)).Length > OpenShare * slot.Count()).Select(slot => slot.Key)];
        if (training.SwapAcrossIntents)
        {
            _values = _values.Keys.ToDictionary(key => key, Pooled);
        }

        _lengths = [.. requests.Select(request => Row(request).Ids.Length)];
    }

    public int Count => _requests.Count;

    /// <summary>Tokens of a request as it stands.</summary>
    public int Length(int request) => _lengths[request];

    /// <summary>A request, perhaps with other values.</summary>
    public TokenRow Row(int request, Random random)
    {
        var row = Row(Vary(request, random));
        return row.Ids.Length <= _maxTokens ? row : Row(_requests[request]);
    }

    /// <summary>The same before it is tokens.</summary>
    public TaggedRequest Vary(int request, Random random)
    {
        var original = _requests[request];
        return _training is { SwapValues: <= 0, RandomValues: <= 0, RandomOpenValues: <= 0 }
            ? original
            : original with { Segments = [.. original.Segments.Select(segment => Swap(original.Intent, segment, random))] };
    }

    /// <summary>A request as it stands.</summary>
    public TokenRow Row(TaggedRequest request) => Of(request, _tokenizer, _training.Readings);

    public static TokenRow Of(TaggedRequest request, TextTokenizer tokenizer, int readings)
    {
        var prompt = FunctionCallPrompt.EncodeReadings(tokenizer, request.Text, readings, int.MaxValue);
        return new([.. prompt, .. tokenizer.Encode(request.Call.ToJson()), tokenizer.EndOfText!.Value], prompt.Length);
    }

    private TaggedSegment Swap(string intent, TaggedSegment segment, Random random)
    {
        if (segment.Slot is null)
        {
            return segment;
        }

        var chance = random.NextDouble();
        var anew = _training.RandomValues + (_open.Contains(segment.Slot) ? _training.RandomOpenValues : 0);
        if (chance >= _training.SwapValues + anew)
        {
            return segment;
        }

        if (chance >= _training.SwapValues)
        {
            return segment with { Text = string.Join(' ', Enumerable.Range(0, 1 + random.Next(MostRandomWords)).Select(_ => _words[random.Next(_words.Length)])) };
        }

        var values = _values[(intent, segment.Slot)];
        return segment with { Text = values[random.Next(values.Length)] };
    }

    /// <summary>A slot's values in an intent and in all others that mean the same by it.</summary>
    private string[] Pooled((string Intent, string Slot) key)
    {
        var own = _values[key];
        return Different(own.Concat(_values
            .Where(other => other.Key.Slot == key.Slot && own.Intersect(other.Value, StringComparer.Ordinal).Count() >= CommonShare * Math.Min(own.Length, other.Value.Length))
            .SelectMany(other => other.Value)));
    }

    private static string[] Different(IEnumerable<string> values) => [.. values.Distinct(StringComparer.Ordinal)];
}
