namespace Understudy.Inference.FunctionCalls;

/// <summary>A request cut into slot values and what stands between them.</summary>
/// <param name="Segments">In order; joined by single spaces they are the request.</param>
public sealed record TaggedRequest(string Intent, IReadOnlyList<TaggedSegment> Segments)
{
    public string Text => string.Join(' ', Segments.Select(segment => segment.Text));

    public FunctionCall Call => new(Intent, Segments.Where(segment => segment.Slot is not null).Select(segment => new KeyValuePair<string, string>(segment.Slot!, segment.Text)));

    /// <param name="tags">BIO tags parted by white space, one a word.</param>
    /// <exception cref="FormatException">There are not as many tags as words, or one is no BIO tag.</exception>
    public static TaggedRequest Parse(string text, string intent, string tags)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var names = tags.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != names.Length)
        {
            throw new FormatException($"The request has {words.Length} words but {names.Length} tags in 'slots'. Give each word one tag.");
        }

        var segments = new List<TaggedSegment>();
        for (var index = 0; index < words.Length; index++)
        {
            var tag = names[index];
            if (tag != "O" && !(tag.Length > 2 && tag[0] is 'B' or 'I' && tag[1] == '-'))
            {
                throw new FormatException($"'{tag}' in 'slots' is no tag. Write O, B-name or I-name.");
            }

            var slot = tag == "O" ? null : tag[2..];
            // An I- without its B- begins a value: that is how the tags' own scorer reads it.
            var goesOn = segments.Count > 0 && segments[^1].Slot == slot && tag[0] != 'B';
            if (goesOn)
            {
                segments[^1] = segments[^1] with { Text = segments[^1].Text + " " + words[index] };
            }
            else
            {
                segments.Add(new(words[index], slot));
            }
        }

        return new(intent, segments);
    }
}
