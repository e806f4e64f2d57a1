using System.Globalization;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// Shortens prompts before a large model reads them, after LongLLMLingua (Jiang et al., arXiv 2310.06839): documents are ranked by the question,
/// tokens are given to them by rank, and the most relevant comes first. Instruction and question stay whole, and what stays of a document is a
/// subsequence of it. Where compressing would not pay or not keep what must stay, it yields: the prompt goes on as it is, with the reason. Thread-safe.
/// </summary>
/// <param name="time">Measures what compressing takes.</param>
public sealed class PromptCompressor(TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly CompressionSpeed _speed = new();

    /// <param name="cancellationToken">Heard between documents, and between attempts to spend the tokens.</param>
    /// <exception cref="CompressionOptionsInvalidException">An option is out of its limits.</exception>
    public CompressedPrompt Compress(PromptParts prompt, CompressionOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        PromptTokens.Load(); // before the time is taken: it is loaded once
        var background = Background.English;
        var start = _time.GetTimestamp();
        var before = PromptTokens.Count(prompt.ToString());
        var result = Run(prompt, options, background, before, cancellationToken);
        var milliseconds = _time.GetElapsedTime(start).TotalMilliseconds;
        if (result.Yielded is null)
        {
            _speed.Observe(before, milliseconds);
        }

        return result with { Milliseconds = milliseconds };
    }

    private CompressedPrompt Run(PromptParts prompt, CompressionOptions options, Background background, int before, CancellationToken cancellationToken)
    {
        if (prompt.Documents.All(document => string.IsNullOrWhiteSpace(document.Text)))
        {
            return Yield("there is no document to shorten");
        }

        var target = (int)(before / options.Ratio);
        if (options.LeadMillisecondsPerThousandTokens is { } lead && _speed.Expect(before) is { } takes && takes > lead * (before - target) / 1000 && !_speed.TriesAnew())
        {
            return Yield(string.Create(CultureInfo.InvariantCulture, $"compressing would take {takes:0.#} ms and save the lead {lead * (before - target) / 1000:0.#} ms"));
        }

        var whole = PromptTokens.Count((prompt with { Documents = [] }).ToString());
        if (whole >= target)
        {
            return Yield($"instruction and question alone take {whole} tokens, and {Fold(options)} leaves {target}");
        }

        PromptText[] texts = [.. prompt.Documents.Select(document => PromptText.Read(document.Text))];
        var relevance = DocumentRanking.Relevance(prompt, options, background, cancellationToken);
        var sentences = SentenceRanking.Rank(texts, relevance, prompt.Question, options, background, cancellationToken);
        var words = new ProtectedWords(options.Protected);
        bool[][] stay = words.IsEmpty ? [] : Array.ConvertAll(texts, text => words.Stay(text, cancellationToken));

        // What is joined may take a token more than its parts; then a little less is spent.
        for (var tokens = target - whole; ; tokens -= Math.Max(1, tokens / 50))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var budget = new TokenBudget(prompt.Documents, texts, tokens);
            if (!words.IsEmpty)
            {
                budget.Protect(stay);
                if (budget.Left < 0)
                {
                    return Yield($"the protected words do not fit into the {target} tokens that {Fold(options)} leaves");
                }
            }

            budget.Spend(sentences);
            var order = Order(relevance, budget.Kept, options);
            if (order.Count == 0)
            {
                return Yield($"no sentence fits into the {target - whole} tokens that {Fold(options)} leaves for documents");
            }

            var parts = prompt with { Documents = order.ConvertAll(budget.Kept.Document) };
            var after = PromptTokens.Count(parts.ToString());
            if (after <= target)
            {
                return new() { Parts = parts, Documents = order, TokensBefore = before, TokensAfter = after };
            }
        }

        CompressedPrompt Yield(string reason) => new()
        {
            Parts = prompt,
            Documents = [.. Enumerable.Range(0, prompt.Documents.Count)],
            TokensBefore = before,
            TokensAfter = before,
            Yielded = reason,
        };
    }

    private static List<int> Order(double[] relevance, KeptWords kept, CompressionOptions options)
    {
        var left = Enumerable.Range(0, relevance.Length).Where(kept.Any);
        return [.. options is { Reorder: true, Consecutive: false } ? left.OrderByDescending(i => relevance[i]) : left];
    }

    private static string Fold(CompressionOptions options) => string.Create(CultureInfo.InvariantCulture, $"{options.Ratio:0.##}-fold compression");
}
