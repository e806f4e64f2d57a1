namespace Understudy.Inference.FunctionCalls;

/// <summary>
/// Finds which words of a request the values of a call are, so that a call that somebody else gave can teach a tagger. Slots stand in the order in which the request names them;
/// where their values fit in that order in one way only, that is it, and else where they fit in any order in one way only. Thread-safe.
/// </summary>
public static class CallAlignment
{
    /// <summary>Places that are tried, and words of a request: what has more than that to try is taken for ambiguous. No tagger reads so many words.</summary>
    private const int MostSteps = 20_000, MostWords = 128;

    /// <returns>The request with its words tagged; null unless the values were found.</returns>
    public static (CallPlacement Placement, TaggedRequest? Request) Align(string request, FunctionCall call)
    {
        var text = FunctionCallPrompt.Normal(request);
        string[] words = text.Length == 0 ? [] : text.Split(' ');
        if (words.Length > MostWords)
        {
            return (CallPlacement.Ambiguous, null);
        }

        if (Pieces(words, call) is not { } pieces)
        {
            return (CallPlacement.Absent, null);
        }

        var search = new Search(pieces, words.Length, inOrder: true);
        search.Run();
        if (search.Found == 0)
        {
            search = new(pieces, words.Length, inOrder: false);
            search.Run();
        }

        return search.Found switch
        {
            0 => (CallPlacement.Absent, null),
            1 => (CallPlacement.Found, Tagged(text, call, pieces, search.Only!, words.Length)),
            _ => (CallPlacement.Ambiguous, null),
        };
    }

    /// <summary>The values with the places at which each could stand; null where one could stand at none.</summary>
    private static List<Piece>? Pieces(string[] words, FunctionCall call)
    {
        var pieces = new List<Piece>();
        foreach (var (name, joined) in call.Slots)
        {
            // What reads as several values may be one with a comma in it.
            var values = Places(words, joined.Split(' ')).Length > 0 ? [joined] : joined.Split(FunctionCall.Separator);
            for (var value = 0; value < values.Length; value++)
            {
                var parts = values[value].Split(' ');
                var places = Places(words, parts);
                if (places.Length == 0 || pieces.Count == words.Length)
                {
                    return null;
                }

                pieces.Add(new(name, IsFirst: value == 0, parts.Length, places));
            }
        }

        return pieces;
    }

    private static int[] Places(string[] words, string[] value) =>
        [.. Enumerable.Range(0, Math.Max(0, words.Length - value.Length + 1)).Where(at => words.AsSpan(at, value.Length).SequenceEqual(value))];

    private static TaggedRequest Tagged(string text, FunctionCall call, List<Piece> pieces, int[] places, int words)
    {
        var tags = new string[words];
        Array.Fill(tags, "O");
        foreach (var (piece, at) in pieces.Zip(places))
        {
            tags.AsSpan(at, piece.Length).Fill($"I-{piece.Slot}");
            tags[at] = $"B-{piece.Slot}";
        }

        return TaggedRequest.Parse(text, call.Intent, string.Join(' ', tags));
    }

    /// <param name="Slot">Whose value it is.</param>
    /// <param name="IsFirst">Whether it is the slot's first.</param>
    /// <param name="Length">In words.</param>
    /// <param name="Places">Where it could begin, ascending.</param>
    private sealed record Piece(string Slot, bool IsFirst, int Length, int[] Places);

    /// <summary>Counts the ways to place all values side by side, up to two.</summary>
    private sealed class Search(List<Piece> pieces, int words, bool inOrder)
    {
        private readonly bool[] _taken = new bool[words];
        private readonly int[] _places = new int[pieces.Count];
        private int _steps;

        public int Found { get; private set; }

        public int[]? Only { get; private set; }

        public void Run() => Place(0, firsts: 0, own: 0);

        /// <param name="next">The piece to be placed.</param>
        /// <param name="firsts">Where the next slot's first value may begin.</param>
        /// <param name="own">Where this slot's next value may begin.</param>
        private void Place(int next, int firsts, int own)
        {
            if (next == pieces.Count)
            {
                Found++;
                Only ??= [.. _places];
                return;
            }

            var piece = pieces[next];
            var from = piece.IsFirst ? inOrder ? firsts : 0 : own;
            foreach (var at in piece.Places.Where(at => at >= from && !_taken.AsSpan(at, piece.Length).Contains(true)))
            {
                if (++_steps > MostSteps)
                {
                    Found = 2;
                }

                if (Found > 1)
                {
                    return;
                }

                _places[next] = at;
                _taken.AsSpan(at, piece.Length).Fill(true);
                Place(next + 1, piece.IsFirst ? at + piece.Length : firsts, at + piece.Length);
                _taken.AsSpan(at, piece.Length).Clear();
            }
        }
    }
}
