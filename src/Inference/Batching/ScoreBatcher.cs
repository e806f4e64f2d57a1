using System.Buffers;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Batching;

/// <summary>
/// Lets concurrent callers share runs of a model without ever waiting for company: a call that finds the model idle runs at once, on the
/// caller's own thread; calls that arrive meanwhile gather and go together in the next run. Thread-safe.
/// </summary>
internal sealed class ScoreBatcher(ITextClassifier classifier, BatchingOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<Submission> _waiting = new();
    private int _waitingTexts;
    private bool _running;

    public int MaxTexts => options.MaxTexts;

    /// <summary>Scores the texts into <paramref name="logits"/>, [texts.Count, labels].</summary>
    /// <returns>Milliseconds of model time for each text: its share of the run it was in.</returns>
    /// <exception cref="OverloadedException">Too many texts wait already.</exception>
    public ValueTask<double> ScoreAsync(IReadOnlyList<string> texts, Memory<float> logits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Submission submission;
        lock (_gate)
        {
            if (!_running)
            {
                _running = true;
                submission = null!;
            }
            else
            {
                if (_waitingTexts > 0 && _waitingTexts + texts.Count > options.MaxWaiting)
                {
                    throw new OverloadedException(classifier.Name, options.MaxWaiting);
                }

                submission = new Submission(texts, logits);
                _waiting.Enqueue(submission);
                _waitingTexts += texts.Count;
            }
        }

        if (submission is null)
        {
            return new(RunNow(texts, logits));
        }

        submission.CancelWith(cancellationToken);
        return new(submission.Done);
    }

    private double RunNow(IReadOnlyList<string> texts, Memory<float> logits)
    {
        try
        {
            var start = time.GetTimestamp();
            classifier.Score(texts, logits.Span);
            return time.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, texts.Count);
        }
        finally
        {
            HandOver();
        }
    }

    /// <summary>Whoever waits is served by the pool; the caller whose run has ended goes home.</summary>
    private void HandOver()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _running = false;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static batcher => batcher.Drain(), this, preferLocal: false);
    }

    private void Drain()
    {
        List<Submission> batch = [];
        while (Gather(batch))
        {
            RunBatch(batch);
        }
    }

    private bool Gather(List<Submission> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            var texts = 0;
            while (_waiting.TryPeek(out var next) && (batch.Count == 0 || texts + next.Texts.Count <= options.MaxTexts))
            {
                _waiting.Dequeue();
                _waitingTexts -= next.Texts.Count;
                if (next.TryStart())
                {
                    texts += next.Texts.Count;
                    batch.Add(next);
                }
            }

            _running = batch.Count > 0;
            return _running;
        }
    }

    private void RunBatch(List<Submission> batch)
    {
        if (batch.Count == 1)
        {
            RunAlone(batch[0]);
            return;
        }

        var texts = batch.SelectMany(s => s.Texts).ToList();
        var logits = ArrayPool<float>.Shared.Rent(texts.Count * classifier.LabelCount);
        try
        {
            var start = time.GetTimestamp();
            classifier.Score(texts, logits.AsSpan(0, texts.Count * classifier.LabelCount));
            var each = time.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, texts.Count);
            var from = 0;
            foreach (var submission in batch)
            {
                logits.AsMemory(from, submission.Logits.Length).CopyTo(submission.Logits);
                from += submission.Logits.Length;
                submission.Complete(each);
            }
        }
        catch (Exception)
        {
            // Someone's text cannot be scored. Alone, each gets its own result or its own exception.
            foreach (var submission in batch)
            {
                RunAlone(submission);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(logits);
        }
    }

    private void RunAlone(Submission submission)
    {
        try
        {
            var start = time.GetTimestamp();
            classifier.Score(submission.Texts, submission.Logits.Span);
            submission.Complete(time.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, submission.Texts.Count));
        }
        catch (Exception error)
        {
            submission.Fail(error);
        }
    }
}
