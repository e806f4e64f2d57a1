using System.Text.Json;
using Azure.Messaging;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Tests.Events;

public sealed class EventReceiverTests
{
    private readonly Notes _notes = new();
    private readonly Heard _heard = new();

    [Fact]
    public async Task Receive_AKnownType_GoesToItsHandler()
    {
        await Receiver().ReceiveAsync(Json("Tests.Known", "/understudy/tasks/mail"), CancellationToken.None);

        Assert.Equal("e1", _heard.Last!.Id);
    }

    [Fact]
    public async Task Receive_AnUnknownType_IsIgnoredWithALine()
    {
        await Receiver().ReceiveAsync(Json("Tests.Other", "/understudy/tasks/mail"), CancellationToken.None);

        Assert.Null(_heard.Last);
        Assert.Contains(_notes.Lines, line => line.Contains("Tests.Other", StringComparison.Ordinal) && line.Contains("ignored", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"e1\",\"type\":\"Tests.Known\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/elsewhere\",\"type\":\"Tests.Known\"}")]
    [InlineData("[{\"id\":\"1\",\"eventType\":\"Tests.Known\",\"data\":{}}]")]
    public async Task Receive_NoEventOfOurs_IsIgnoredWithALine(string json)
    {
        await Receiver().ReceiveAsync(json, CancellationToken.None);

        Assert.Null(_heard.Last);
        Assert.Contains(_notes.Lines, line => line.Contains("ignored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receive_HandlerCannotNow_ThrowsSoThatItComesAgain()
    {
        _heard.Fails = true;

        await Assert.ThrowsAsync<IOException>(() => Receiver().ReceiveAsync(Json("Tests.Known", "/understudy/x"), CancellationToken.None));
    }

    private EventReceiver Receiver() => new([_heard], _notes);

    private static string Json(string type, string source) => JsonSerializer.Serialize(new CloudEvent(source, type, new { }) { Id = "e1" });

    private sealed class Heard : IEventHandler
    {
        public string Type => "Tests.Known";

        public CloudEvent? Last { get; private set; }

        public bool Fails { get; set; }

        public Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
        {
            Last = Fails ? throw new IOException("busy") : cloudEvent;
            return Task.CompletedTask;
        }
    }

    private sealed class Notes : ILogger<EventReceiver>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
