using System.Buffers;
using System.Text;
using MimeKit;
using MimeKit.Text;

namespace Understudy.Inference.Mail;

/// <summary>Reads a mail's readable text and says in words how it is built: its parts, and how much markup its HTML has.</summary>
internal static class Structure
{
    public static string Read(MimeMessage message, StringBuilder body)
    {
        var words = new StringBuilder();
        var texts = new List<TextPart>();
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var part in message.BodyParts)
        {
            kinds.Add(part.ContentType.MediaType.ToLowerInvariant() + "/" + part.ContentType.MediaSubtype.ToLowerInvariant());
            if (part is TextPart { IsAttachment: false } text)
            {
                texts.Add(text);
            }
        }

        if (message.Body is Multipart whole)
        {
            words.Append(whole.ContentType.MediaType).Append('/').Append(whole.ContentType.MediaSubtype.ToLowerInvariant()).Append(' ');
        }

        words.AppendJoin(' ', kinds);
        int links = 0, images = 0, tables = 0, fonts = 0, forms = 0;
        // An alternative says the same twice: the plain text is enough.
        var plainFirst = message.Body is Multipart { ContentType.MediaSubtype: "alternative" } && texts.Exists(text => text.IsPlain);
        foreach (var text in texts)
        {
            var content = TextOf(text);
            if (!text.IsHtml && !content.AsSpan().TrimStart().StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            {
                body.Append(content).Append('\n');
                continue;
            }

            var quiet = plainFirst;
            using var reader = new StringReader(content);
            var tokens = new HtmlTokenizer(reader);
            var hidden = 0;
            while (tokens.ReadNextToken(out var token))
            {
                if (token is HtmlTagToken tag)
                {
                    switch (tag.Id)
                    {
                        case HtmlTagId.A when !tag.IsEndTag:
                            links++;
                            AppendHost(tag, body, quiet);
                            break;
                        case HtmlTagId.Image when !tag.IsEndTag:
                            images++;
                            break;
                        case HtmlTagId.Table when !tag.IsEndTag:
                            tables++;
                            break;
                        case HtmlTagId.Font when !tag.IsEndTag:
                            fonts++;
                            break;
                        case HtmlTagId.Form when !tag.IsEndTag:
                            forms++;
                            break;
                        case HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title:
                            hidden += tag.IsEndTag ? (hidden > 0 ? -1 : 0) : tag.IsEmptyElement ? 0 : 1;
                            break;
                        case HtmlTagId.P or HtmlTagId.Br or HtmlTagId.TR or HtmlTagId.Div:
                            Append(body, "\n", quiet);
                            break;
                        case HtmlTagId.TD:
                            Append(body, " ", quiet);
                            break;
                        default:
                            break;
                    }
                }
                else if (token is HtmlDataToken data && token.Kind == HtmlTokenKind.Data && hidden == 0)
                {
                    Append(body, data.Data, quiet);
                }
            }
        }

        words.Append(" links").Append(Size(links)).Append(" images").Append(Size(images)).Append(" tables").Append(Size(tables))
            .Append(" fonts").Append(Size(fonts)).Append(" forms").Append(Size(forms)).Append(" length").Append(Size(body.Length / 64));
        Squeeze(body);
        return words.ToString();
    }

    private static string TextOf(TextPart part)
    {
        try
        {
            return part.Text ?? "";
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException or FormatException or InvalidOperationException)
        {
            using var memory = new MemoryStream();
            part.Content?.DecodeTo(memory);
            return Encoding.Latin1.GetString(memory.ToArray());
        }
    }

    /// <summary>0, 1, 2, 3, … for 0, 1, 2–3, 4–7, …: a count's order of magnitude.</summary>
    private static int Size(int count) => count == 0 ? 0 : 1 + int.Log2(count);

    private static void Append(StringBuilder body, string text, bool quiet)
    {
        if (!quiet)
        {
            body.Append(text);
        }
    }

    private static void AppendHost(HtmlTagToken tag, StringBuilder body, bool quiet)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (!quiet && attribute.Id == HtmlAttributeId.Href && Uri.TryCreate(attribute.Value, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
            {
                body.Append(' ').Append(uri.Host).Append(' ');
            }
        }
    }

    /// <summary>One blank for a run of blanks, one line end for a run of empty lines.</summary>
    private static void Squeeze(StringBuilder text)
    {
        // In one piece: a builder looks for each of its characters in the list of its chunks.
        var whole = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            text.CopyTo(0, whole, text.Length);
            var length = Squeeze(whole.AsSpan(0, text.Length));
            text.Clear().Append(whole, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(whole);
        }
    }

    /// <returns>The length of what is left.</returns>
    private static int Squeeze(Span<char> text)
    {
        var at = 0;
        var blank = true;
        var fresh = true;
        foreach (var one in text)
        {
            var c = one == '\u00A0' ? ' ' : one;
            if (c == '\n')
            {
                if (!fresh)
                {
                    text[at++] = '\n';
                }

                fresh = blank = true;
            }
            else if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (!blank)
                {
                    text[at++] = ' ';
                }

                blank = true;
            }
            else
            {
                text[at++] = c;
                fresh = blank = false;
            }
        }

        return at;
    }
}
