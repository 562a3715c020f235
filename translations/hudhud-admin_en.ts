<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Texts</name>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>%n minute ago</numerusform>
            <numerusform>%n minutes ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>%n hour ago</numerusform>
            <numerusform>%n hours ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::CachePage</name>
    <message numerus="yes">
        <source>%n key(s) forgotten.</source>
        <translation>
            <numerusform>%n key forgotten.</numerusform>
            <numerusform>%n keys forgotten.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::ConnectionsPage</name>
    <message numerus="yes">
        <source>%n connection(s) will be closed. The phones come back by themselves.</source>
        <translation>
            <numerusform>%n connection will be closed. The phones come back by themselves.</numerusform>
            <numerusform>%n connections will be closed. The phones come back by themselves.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n connection(s) that match the filter now will be closed.</source>
        <translation>
            <numerusform>The only connection that matches the filter now will be closed.</numerusform>
            <numerusform>All %n connections that match the filter now will be closed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n connection(s) closed.</source>
        <translation>
            <numerusform>%n connection closed.</numerusform>
            <numerusform>%n connections closed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::DeadLettersPage</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n dead letter(s)</source>
        <translation>
            <numerusform>The only dead letter</numerusform>
            <numerusform>All %n dead letters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n dead letter(s) that match</source>
        <translation>
            <numerusform>The only dead letter that matches</numerusform>
            <numerusform>All %n dead letters that match</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Discard %n message(s)</source>
        <translation>
            <numerusform>Discard %n message</numerusform>
            <numerusform>Discard %n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Job %1 discards %n message(s).</source>
        <translation>
            <numerusform>Job %1 discards %n message.</numerusform>
            <numerusform>Job %1 discards %n messages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::ExportDialog</name>
    <message numerus="yes">
        <source>%n message(s) written…</source>
        <translation>
            <numerusform>%n message written…</numerusform>
            <numerusform>%n messages written…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) written to %1.</source>
        <translation>
            <numerusform>%n message written to %1.</numerusform>
            <numerusform>%n messages written to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::MessageView</name>
    <message numerus="yes">
        <source>%n time(s), latest by job %1</source>
        <translation>
            <numerusform>%n time, latest by job %1</numerusform>
            <numerusform>%n times, latest by job %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::NodesPage</name>
    <message numerus="yes">
        <source>%n node(s), as many as needed.</source>
        <translation>
            <numerusform>%n node, as many as needed.</numerusform>
            <numerusform>%n nodes, as many as needed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s); %1 would be right.</source>
        <translation>
            <numerusform>%n node; %1 would be right.</numerusform>
            <numerusform>%n nodes; %1 would be right.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::OverviewPage</name>
    <message numerus="yes">
        <source>Last %n minute(s)</source>
        <translation>
            <numerusform>Last minute</numerusform>
            <numerusform>Last %n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in all</source>
        <translation>
            <numerusform>%n in all</numerusform>
            <numerusform>%n in all</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::RecipientPage</name>
    <message numerus="yes">
        <source>%n connection(s) of %1 will be closed.</source>
        <translation>
            <numerusform>%n connection of %1 will be closed.</numerusform>
            <numerusform>%n connections of %1 will be closed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hudhud::console::ReplayDialog</name>
    <message numerus="yes">
        <source>Replay %n message(s)</source>
        <translation>
            <numerusform>Replay %n message</numerusform>
            <numerusform>Replay %n messages</numerusform>
        </translation>
    </message>
</context>
</TS>
