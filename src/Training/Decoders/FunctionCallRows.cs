using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Training.Decoders;

/// <summary>
/// Requests and their calls as token rows; only the call is to be predicted. Values may be swapped for those of other requests with the
/// same intent and slot, so that the model learns to copy what stands there and not to recall what it has seen.
/// </summary>
internal sealed class FunctionCallRows
{
    private readonly IReadOnlyList<TaggedRequest> _requests;
    private readonly TextTokenizer _tokenizer;
    private readonly double _swap;
    private readonly int _maxTokens;
    private readonly Dictionary<(string Intent, string Slot), string[]> _values;
    private readonly int[] _lengths;

    public FunctionCallRows(IReadOnlyList<TaggedRequest> requests, TextTokenizer tokenizer, double swap, int maxTokens)
    {
        (_requests, _tokenizer, _swap, _maxTokens) = (requests, tokenizer, swap, maxTokens);
        _values = requests
            .SelectMany(request => request.Segments.Where(segment => segment.Slot is not null).Select(segment => (request.Intent, Slot: segment.Slot!, segment.Text)))
            .GroupBy(value => (value.Intent, value.Slot))
            .ToDictionary(group => group.Key, group => group.Select(value => value.Text).Distinct(StringComparer.Ordinal).ToArray());
        _lengths = [.. requests.Select(request => Row(request).Ids.Length)];
    }

    public int Count => _requests.Count;

    /// <summary>Tokens of a request as it stands.</summary>
    public int Length(int request) => _lengths[request];

    /// <summary>A request, perhaps with other values.</summary>
    public TokenRow Row(int request, Random random)
    {
        var original = _requests[request];
        if (_swap <= 0)
        {
            return Row(original);
        }

        var row = Row(original with { Segments = [.. original.Segments.Select(segment => Swap(original.Intent, segment, random))] });
        return row.Ids.Length <= _maxTokens ? row : Row(original);
    }

    /// <summary>A request as it stands.</summary>
    public TokenRow Row(TaggedRequest request)
    {
        var prompt = FunctionCallPrompt.Encode(_tokenizer, request.Text);
        return new([.. prompt, .. _tokenizer.Encode(request.Call.ToJson()), _tokenizer.EndOfText!.Value], prompt.Length);
    }

    private TaggedSegment Swap(string intent, TaggedSegment segment, Random random)
    {
        if (segment.Slot is null || random.NextDouble() >= _swap)
        {
            return segment;
        }

        var values = _values[(intent, segment.Slot)];
        return segment with { Text = values[random.Next(values.Length)] };
    }
}
