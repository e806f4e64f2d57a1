using Understudy.Inference.Decoding;

namespace Understudy.Inference.Tests.Pipelines;

/// <summary>A writer with the same text for every input, which remembers what went ahead and can break down.</summary>
internal sealed class FixedWriter(string name, string text, double confidence) : ITextWriter
{
    public string Name => name;

    public bool Broken { get; set; }

    public List<string?> Drafts { get; } = [];

    public Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken)
    {
        Drafts.Add(draft);
        if (Broken)
        {
            throw new InvalidOperationException("out of memory");
        }

        foreach (var piece in text.Chunk(4))
        {
            onText?.Invoke(new(piece));
        }

        return Task.FromResult(new WrittenText(text, confidence, new() { Prompt = 5, Completion = text.Length, Passes = 2, Drafted = 8, Accepted = 6 }, 3, 12));
    }

    public void Dispose()
    {
    }
}
