using Understudy.Cli.Datasets;
using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Prompts;

/// <summary>Documents, a JSON object a line: <c>text</c>, and <c>title</c> where there is one.</summary>
internal static class DocumentFile
{
    /// <exception cref="Shell.CommandFailedException">There is no such file, or a line is no document.</exception>
    public static IReadOnlyList<PromptDocument> Read(string path) =>
        JsonLines.Read(path, "'text', and 'title' where there is one", line => new PromptDocument(line.Text("text"), line.TryGetProperty("title", out _) ? line.Text("title") : null));
}
