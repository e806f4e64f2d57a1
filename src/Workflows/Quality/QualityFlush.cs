namespace Understudy.Workflows.Quality;

/// <summary>Stores what this host has counted. Thread-safe.</summary>
internal sealed class QualityFlush(QualityLog log, QualityStore store)
{
    private readonly SemaphoreSlim _storing = new(1);

    /// <returns>The tasks of which anything was new.</returns>
    public async Task<IReadOnlyList<string>> StoreAsync(CancellationToken cancellationToken)
    {
        await _storing.WaitAsync(cancellationToken);
        try
        {
            var changed = log.TakeChanged();
            for (var i = 0; i < changed.Count; i++)
            {
                try
                {
                    await store.WriteAsync(changed[i].Task, changed[i].Day, log.Of(changed[i].Task, changed[i].Day), cancellationToken);
                }
                catch
                {
                    changed.Skip(i).ToList().ForEach(day => log.GiveBack(day.Task, day.Day));
                    throw;
                }
            }

            log.Forget();
            return [.. changed.Select(day => day.Task).Distinct()];
        }
        finally
        {
            _storing.Release();
        }
    }
}
