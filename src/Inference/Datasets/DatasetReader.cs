using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using Understudy.Inference.OpenAi;

namespace Understudy.Inference.Datasets;

/// <summary>Reads JSONL data sets line by line. A malformed line is reported, never thrown, so that the rest can be used. Thread-safe.</summary>
public static class DatasetReader
{
    /// <summary>The longest line that is read; a longer one is reported and skipped.</summary>
    public const int MaxLineBytes = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A line of these alone is passed over.</summary>
    public static ReadOnlySpan<byte> Blanks => " \t\r\n\v\f"u8;

    /// <summary>Passed over where a line begins with it.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Every line but the blank ones, in order.</summary>
    /// <param name="jsonl">Stays as it is while the lines are in use.</param>
    public static IEnumerable<DatasetLine> Read(ReadOnlyMemory<byte> jsonl)
    {
        for (long number = 1; !jsonl.IsEmpty; number++)
        {
            var end = jsonl.Span.IndexOf((byte)'\n');
            var line = end < 0 ? jsonl : jsonl[..end];
            jsonl = end < 0 ? default : jsonl[(end + 1)..];
            if (Parse(number, line) is { } parsed)
            {
                yield return parsed;
            }
        }
    }

    /// <summary>Every line but the blank ones, in order. The stream is left open.</summary>
    public static async IAsyncEnumerable<DatasetLine> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 65_536, leaveOpen: true));
        long number = 0;
        long skipped = 0;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            while (TakeLine(ref buffer, result.IsCompleted, out var line))
            {
                number++;
                var parsed = skipped + line.Length > MaxLineBytes ? TooLong(number, skipped + line.Length) : Parse(number, line.ToArray());
                skipped = 0;
                if (parsed is not null)
                {
                    yield return parsed;
                }
            }

            if (buffer.Length > MaxLineBytes)
            {
                skipped += buffer.Length;
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                if (skipped > 0)
                {
                    yield return TooLong(number + 1, skipped);
                }

                break;
            }
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private static bool TakeLine(ref ReadOnlySequence<byte> buffer, bool last, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!last || buffer.IsEmpty)
        {
            return false;
        }

        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static DatasetLine TooLong(long number, long bytes) => new(
        number, null, $"the line has {bytes:N0} bytes; the limit is {MaxLineBytes:N0}. Split the example or shorten its text.");

    private static DatasetLine? Parse(long number, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxLineBytes)
        {
            return TooLong(number, bytes.Length);
        }

        var line = (bytes.Span.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes).Trim(Blanks);
        if (line.IsEmpty)
        {
            return null;
        }

        if (!Utf8.IsValid(line.Span))
        {
            return new(number, null, "the line is not valid UTF-8. Save the file as UTF-8 (without another encoding's bytes in it).") { Bytes = line };
        }

        try
        {
            var record = JsonSerializer.Deserialize<DatasetRecord>(line.Span, Json);
            var problem = Problem(record);
            return new(number, problem is null ? record : null, problem) { Bytes = line };
        }
        catch (JsonException error)
        {
            return new(number, null, Explain(error, line.Span)) { Bytes = line };
        }
    }

    private static string? Problem(DatasetRecord? record)
    {
        if (record is null)
        {
            return "the line is null. Write one JSON object a line, such as {\"text\":\"…\",\"label\":\"…\"}.";
        }

        if (record.Text is not null)
        {
            return string.IsNullOrWhiteSpace(record.Text) ? "field 'text' is empty. Give the input or remove the line." : null;
        }

        if (record.Messages is not null)
        {
            return record.Messages.Count == 0 || record.Messages.Any(m => m?.Role is null || m.Content is null)
                ? "field 'messages' must hold at least one object with 'role' and 'content'." : null;
        }

        return string.IsNullOrWhiteSpace(record.Image)
            ? "the line has no input. Add one of the fields 'text', 'messages' and 'image'." : null;
    }

    private static string Explain(JsonException error, ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("{"u8))
        {
            return "the line is not a JSON object. Write one object a line, such as {\"text\":\"…\",\"label\":\"…\"}.";
        }

        if (error.InnerException is InvalidOperationException && RequestJson.FindHalf(line) is { } half)
        {
            return $"the text at byte {half} escapes one half of a surrogate pair without the other. Write both, or the character itself.";
        }

        var field = error.Path is { Length: > 2 } path ? path[2..] : null;
        return field is null || error.InnerException is JsonException
            ? $"the line is not valid JSON at byte {error.BytePositionInLine}. Check quotes, commas and escapes; an object must be on one line."
            : $"field '{field}' has the wrong type. 'text' is a string, 'id' and 'label' are strings or numbers, 'messages' is an array of objects, 'teacher' is an object.";
    }
}
