using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace Understudy.Inference.Mail;

/// <summary>
/// Turns a raw RFC 822 mail into the text that the models of a <c>mail</c> task read: a few header lines, a line on the mail's
/// structure, and the readable body. Kept are Subject, From, Reply-To, the mail program, the content types and whether it answers
/// another mail, and of a body that is too long its beginning and its end. Everything that a list server, a relay or a spam filter wrote is
/// left out, because it would give the answer away.
/// </summary>
public static partial class MailText
{
    private const int BodyLimit = 16_384;

    /// <summary>Of these the end of a longer body has so many: it says who sent the mail, why, and how to be spared it.</summary>
    private const int BodyEnd = 2048;

    /// <summary>The text of a mail; a text that does not begin like a mail is returned as it is.</summary>
    public static string Render(string raw)
    {
        if (!LooksLikeMail(raw))
        {
            return raw;
        }

        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(raw.Length > 400_000 ? raw[..400_000] : raw));
        MimeMessage message;
        try
        {
            message = new MimeParser(stream, raw.StartsWith("From ", StringComparison.Ordinal) ? MimeFormat.Mbox : MimeFormat.Entity).ParseMessage();
        }
        catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException or IOException)
        {
            return raw; // a header block that no parser can read is still text
        }

        var text = new StringBuilder();
        Line(text, "subject", message.Subject);
        Line(text, "from", Decoded(message, HeaderId.From));
        Line(text, "reply-to", Decoded(message, HeaderId.ReplyTo));
        Line(text, "mailer", Decoded(message, HeaderId.XMailer) ?? Decoded(message, HeaderId.UserAgent));
        var body = new StringBuilder();
        var structure = Structure.Read(message, body);
        text.Append("structure: ").Append(structure).Append('\n');
        if (message.Headers.Contains(HeaderId.InReplyTo) || message.Headers.Contains(HeaderId.References))
        {
            text.Append("answers another mail\n");
        }

        text.Append('\n');
        if (body.Length <= BodyLimit)
        {
            text.Append(body);
        }
        else
        {
            text.Append(body, 0, BodyLimit - BodyEnd).Append('\n').Append(body, body.Length - BodyEnd, BodyEnd);
        }

        return text.ToString();
    }

    /// <summary>Only the subject and the readable body, as someone would paste them.</summary>
    public static string RenderPlain(string raw)
    {
        var whole = Render(raw);
        var border = whole.IndexOf("\n\n", StringComparison.Ordinal);
        if (!LooksLikeMail(raw) || border < 0)
        {
            return whole;
        }

        var subject = whole.StartsWith("subject: ", StringComparison.Ordinal) ? whole["subject: ".Length..whole.IndexOf('\n')] : "";
        return subject + "\n" + whole[(border + 2)..];
    }

    private static bool LooksLikeMail(string raw)
    {
        var lines = 0;
        foreach (var line in raw.AsSpan(0, Math.Min(raw.Length, 4096)).EnumerateLines())
        {
            if (lines == 0 && line.StartsWith("From ", StringComparison.Ordinal))
            {
                lines++;
                continue;
            }

            if (line.IsEmpty)
            {
                return lines >= 3;
            }

            if (!HeaderLine().IsMatch(line) && !(lines > 0 && (line[0] is ' ' or '\t')))
            {
                return false;
            }

            lines++;
        }

        return lines >= 3;
    }

    private static string? Decoded(MimeMessage message, HeaderId header) => message.Headers[header];

    private static void Line(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            text.Append(name).Append(": ").Append(Blanks().Replace(value, " ").Trim()).Append('\n');
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9-]*:( |\t|$|\S)")]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
