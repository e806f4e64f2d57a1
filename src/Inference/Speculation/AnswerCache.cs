namespace Understudy.Inference.Speculation;

/// <summary>
/// Earlier answers of a task, found by their last few tokens: texts of one kind repeat themselves, above all their frame. The oldest answer
/// goes when there are too many. Thread-safe.
/// </summary>
public sealed class AnswerCache
{
    /// <summary>Tokens that make a place known.</summary>
    internal const int Context = 3;

    /// <summary>Answers kept.</summary>
    private const int Capacity = 512;

    /// <summary>Stands before an answer's first token.</summary>
    private const int Start = -1;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int, int, int), (int[] Answer, int Next)> _places = [];
    private readonly Queue<int[]> _answers = [];

    public void Add(ReadOnlySpan<int> answer)
    {
        var kept = answer.ToArray();
        lock (_lock)
        {
            _answers.Enqueue(kept);
            for (var next = 0; next < kept.Length; next++)
            {
                _places[Key(kept.AsSpan(0, next))] = (kept, next);
            }

            if (_answers.Count > Capacity)
            {
                var oldest = _answers.Dequeue();
                for (var next = 0; next < oldest.Length; next++)
                {
                    if (_places.TryGetValue(Key(oldest.AsSpan(0, next)), out var place) && place.Answer == oldest)
                    {
                        _places.Remove(Key(oldest.AsSpan(0, next)));
                    }
                }
            }
        }
    }

    /// <summary>What followed in an earlier answer after the same last tokens; empty when that is not known.</summary>
    /// <param name="output">The output so far.</param>
    public ReadOnlySpan<int> After(ReadOnlySpan<int> output)
    {
        lock (_lock)
        {
            return _places.TryGetValue(Key(output), out var place) ? place.Answer.AsSpan(place.Next) : [];
        }
    }

    private static (int, int, int) Key(ReadOnlySpan<int> output) =>
        (output.Length > 2 ? output[^3] : Start, output.Length > 1 ? output[^2] : Start, output.Length > 0 ? output[^1] : Start);
}
