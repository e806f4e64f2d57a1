using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Training.Decoders;

/// <summary>
/// Requests and their calls as token rows; only the call is to be predicted. Values may be swapped for those of other requests with the
/// same intent and slot, or for words drawn at random, so that the model learns to copy what stands there and not to recall what it has seen.
/// </summary>
internal sealed class FunctionCallRows
{
    private const int MostRandomWords = 4;

    private readonly IReadOnlyList<TaggedRequest> _requests;
    private readonly TextTokenizer _tokenizer;
    private readonly double _swap;
    private readonly double _random;
    private readonly string[] _words;
    private readonly int _maxTokens;
    private readonly int _readings;
    private readonly Dictionary<(string Intent, string Slot), string[]> _values;
    private readonly int[] _lengths;

    /// <param name="swap">Chance that a value becomes another request's.</param>
    /// <param name="random">Chance that a value becomes some words of all values.</param>
    /// <param name="readings">How often a request stands in its prompt.</param>
    public FunctionCallRows(IReadOnlyList<TaggedRequest> requests, TextTokenizer tokenizer, double swap, int maxTokens, double random = 0, int readings = 1)
    {
        (_requests, _tokenizer, _swap, _maxTokens, _random, _readings) = (requests, tokenizer, swap, maxTokens, random, readings);
        _values = requests
            .SelectMany(request => request.Segments.Where(segment => segment.Slot is not null).Select(segment => (request.Intent, Slot: segment.Slot!, segment.Text)))
            .GroupBy(value => (value.Intent, value.Slot))
            .ToDictionary(group => group.Key, group => group.Select(value => value.Text).Distinct(StringComparer.Ordinal).ToArray());
        _words = [.. _values.Values.SelectMany(values => values).SelectMany(value => value.Split(' ')).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _lengths = [.. requests.Select(request => Row(request).Ids.Length)];
    }

    public int Count => _requests.Count;

    /// <summary>Tokens of a request as it stands.</summary>
    public int Length(int request) => _lengths[request];

    /// <summary>A request, perhaps with other values.</summary>
    public TokenRow Row(int request, Random random)
    {
        var original = _requests[request];
        if (_swap <= 0 && _random <= 0)
        {
            return Row(original);
        }

        var row = Row(original with { Segments = [.. original.Segments.Select(segment => Swap(original.Intent, segment, random))] });
        return row.Ids.Length <= _maxTokens ? row : Row(original);
    }

    /// <summary>A request as it stands.</summary>
    public TokenRow Row(TaggedRequest request)
    {
        var prompt = FunctionCallPrompt.EncodeReadings(_tokenizer, request.Text, _readings, int.MaxValue);
        return new([.. prompt, .. _tokenizer.Encode(request.Call.ToJson()), _tokenizer.EndOfText!.Value], prompt.Length);
    }

    private TaggedSegment Swap(string intent, TaggedSegment segment, Random random)
    {
        if (segment.Slot is null)
        {
            return segment;
        }

        var chance = random.NextDouble();
        if (chance >= _swap + _random)
        {
            return segment;
        }

        if (chance >= _swap)
        {
            return segment with { Text = string.Join(' ', Enumerable.Range(0, 1 + random.Next(MostRandomWords)).Select(_ => _words[random.Next(_words.Length)])) };
        }

        var values = _values[(intent, segment.Slot)];
        return segment with { Text = values[random.Next(values.Length)] };
    }
}
