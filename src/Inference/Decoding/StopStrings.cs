using System.Text;

namespace Understudy.Inference.Decoding;

/// <summary>Finds the first of some texts in a stream, and holds back what may be the beginning of one. Not thread-safe.</summary>
internal sealed class StopStrings(IReadOnlyList<string> stops)
{
    private readonly StringBuilder _held = new();

    /// <summary>One was found; nothing more comes.</summary>
    public bool Found { get; private set; }

    /// <summary>Adds text, and gives what certainly stands before any stop string.</summary>
    public string Append(string text)
    {
        if (stops.Count == 0 || Found)
        {
            return Found ? "" : text;
        }

        var all = _held.Append(text).ToString();
        _held.Clear();
        var first = -1;
        foreach (var stop in stops)
        {
            var at = all.IndexOf(stop, StringComparison.Ordinal);
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }

        if (first >= 0)
        {
            Found = true;
            return all[..first];
        }

        var kept = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, all.Length); length > kept; length--)
            {
                if (all.AsSpan(all.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    kept = length;
                }
            }
        }

        _held.Append(all.AsSpan(all.Length - kept));
        return all[..^kept];
    }

    /// <summary>What was held back, when nothing follows.</summary>
    public string Flush()
    {
        var rest = _held.ToString();
        _held.Clear();
        return Found ? "" : rest;
    }
}
