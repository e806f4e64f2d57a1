using Understudy.LocalHost;
using Understudy.LocalHost.Storage;

try
{
    var settings = LocalHostSettings.Read(args);
    await using var host = await RunningHost.StartAsync(settings, args, CancellationToken.None);
    Console.WriteLine($"listening on {host.Url}");
    await host.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (exception is LocalHostSettingsException or StorageUnavailableException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
