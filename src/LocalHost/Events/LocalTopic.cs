using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Messaging.EventGrid;
using Understudy.Workflows.Events;

namespace Understudy.LocalHost.Events;

/// <summary>The address and key of this host's own Event Grid topic, and a publisher for it. Thread-safe.</summary>
internal sealed class LocalTopic
{
    public const string Path = "eventgrid/topic";
    public const string KeyHeader = "aeg-sas-key";

    private readonly byte[] _key = Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
    private readonly TaskCompletionSource<EventGridPublisherClient> _publisher = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The key that publishers send; this run's own.</summary>
    public string Key => Encoding.ASCII.GetString(_key);

    /// <summary>As <see cref="EventTopic"/>: waits until the host listens.</summary>
    public async ValueTask<EventGridPublisherClient?> PublisherAsync(CancellationToken cancellationToken) =>
        await _publisher.Task.WaitAsync(cancellationToken);

    /// <summary>The host listens at <paramref name="address"/>.</summary>
    public void Open(string address) => _publisher.TrySetResult(
        new EventGridPublisherClient(new Uri($"{address.TrimEnd('/')}/{Path}"), new AzureKeyCredential(Key)));

    public bool Accepts(string? key) => key is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), _key);
}
