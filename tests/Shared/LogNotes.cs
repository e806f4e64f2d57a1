using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Understudy.Tests;

/// <summary>Keeps every line that is logged, with its exception.</summary>
internal sealed class LogNotes : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Category(LogNotes notes, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            notes.Lines.Enqueue($"{logLevel} {name}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}");
    }
}
