using System.Text.RegularExpressions;

namespace Understudy.Inference.Tokenization;

/// <summary>Cuts text at the matches of a regular expression. What lies between matches is a piece too.</summary>
/// <param name="invert">What lies between matches takes the part of the matches.</param>
internal sealed class RegexSplit(string pattern, RegexOptions options = RegexOptions.None, SplitBehavior behavior = SplitBehavior.Isolated, bool invert = false) : PreTokenizer
{
    private readonly Regex _regex = new(pattern, options | RegexOptions.CultureInvariant);

    public override IEnumerable<string> Apply(string text, StretchPlace place)
    {
        var ranges = new List<Range>();
        Split(text, 0..text.Length, ranges);
        return ranges.Select(range => text[range]);
    }

    public void Split(string text, Range within, List<Range> pieces)
    {
        var (start, length) = within.GetOffsetAndLength(text.Length);
        var from = start;
        var pending = -1;
        var lastMatched = false;
        foreach (var match in _regex.EnumerateMatches(text.AsSpan(start, length)))
        {
            if (match.Length > 0)
            {
                Take(from, start + match.Index, invert);
                Take(start + match.Index, start + match.Index + match.Length, !invert);
                from = start + match.Index + match.Length;
            }
        }

        Take(from, start + length, invert);
        if (pending >= 0)
        {
            pieces.Add(pending..(start + length));
        }

        void Take(int begin, int end, bool matched)
        {
            if (begin >= end)
            {
                return;
            }

            switch (behavior)
            {
                case SplitBehavior.Removed when matched:
                    break;
                case SplitBehavior.MergedWithPrevious when matched && !lastMatched && pieces.Count > 0 && pieces[^1].End.Value == begin && begin > start:
                case SplitBehavior.Contiguous when matched && lastMatched:
                    pieces[^1] = pieces[^1].Start.Value..end;
                    break;
                case SplitBehavior.MergedWithNext when matched:
                    if (pending >= 0)
                    {
                        pieces.Add(pending..begin);
                    }

                    pending = begin;
                    break;
                case SplitBehavior.MergedWithNext when pending >= 0:
                    pieces.Add(pending..end);
                    pending = -1;
                    break;
                default:
                    pieces.Add(begin..end);
                    break;
            }

            lastMatched = matched;
        }
    }
}
