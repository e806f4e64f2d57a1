using System.Globalization;
using System.Text.Json;
using Understudy.Cli.Datasets;
using Understudy.Cli.Prompts;
using Understudy.Cli.Shell;
using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Bench;

/// <summary>
/// Reads prompts to compress, a JSON object a line, in one of two shapes: questions over documents (<c>question</c>, <c>answers</c>, <c>docs</c>: places in
/// the file of documents), or meetings (<c>transcript</c>, and queries in <c>specific</c> with their <c>relevant_turns</c>).
/// </summary>
internal static class CompressionCases
{
    private const string OverDocuments = "Answer the question from the documents below. Some of them may have nothing to do with it.";
    private const string OverMeeting = "Answer the question from the meeting below.";

    /// <exception cref="CommandFailedException">A file is not there, or a line has another shape; the message names it.</exception>
    public static List<CompressionCase> Read(string data, string? documents)
    {
        var pages = documents is null ? [] : DocumentFile.Read(documents);
        return [.. JsonLines.Read(
            data,
            "'question', 'answers' and 'docs', or with 'transcript' and 'specific'",
            line => line.TryGetProperty("transcript", out _) ? OfMeeting(line) : [OfDocuments(line, pages)]).SelectMany(cases => cases)];
    }

    private static CompressionCase OfDocuments(JsonElement line, IReadOnlyList<PromptDocument> pages)
    {
        var places = line.GetProperty("docs").EnumerateArray().Select(place => place.GetInt32()).ToList();
        if (places.FindIndex(place => place < 0 || place >= pages.Count) is >= 0 and var wrong)
        {
            throw new CommandFailedException($"'docs' has {places[wrong]}, and there are {pages.Count} documents. Give the file that the records refer to with --docs.");
        }

        return new(
            new() { Instruction = OverDocuments, Documents = places.ConvertAll(place => pages[place]), Question = line.Text("question") },
            Consecutive: false,
            [.. line.GetProperty("answers").EnumerateArray().Select(answer => answer.GetString() ?? "")],
            new HashSet<int>());
    }

    private static List<CompressionCase> OfMeeting(JsonElement line)
    {
        List<PromptDocument> turns = [.. line.GetProperty("transcript").EnumerateArray().Select(turn => new PromptDocument(turn.GetString() ?? ""))];
        List<CompressionCase> cases = [];
        foreach (var query in line.GetProperty("specific").EnumerateArray())
        {
            HashSet<int> marked = [];
            foreach (var range in query.GetProperty("relevant_turns").EnumerateArray())
            {
                for (var turn = Number(range[0]); turn <= Math.Min(Number(range[1]), turns.Count - 1); turn++)
                {
                    marked.Add(turn);
                }
            }

            if (marked.Count > 0)
            {
                cases.Add(new(new() { Instruction = OverMeeting, Documents = turns, Question = query.Text("query") }, Consecutive: true, [], marked));
            }
        }

        return cases;
    }

    private static int Number(JsonElement number) =>
        number.ValueKind == JsonValueKind.String ? int.Parse(number.GetString()!, CultureInfo.InvariantCulture) : number.GetInt32();
}
